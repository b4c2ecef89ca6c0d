package io.joulestream.core.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Changes of the ledger's code that no test notices, as {@code mutation/survivors.tsv} lists them: class, mutator, the line
 * of source, why. One line of the list stands for all mutants of one kind on one line of source.
 */
record Survivor(String type, String mutator, String line) implements Comparable<Survivor> {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path LIST = Path.of("src/test/resources/mutation/survivors.tsv");

    /** The cells of the list's rows. */
    static List<String[]> rows() throws IOException {
        return Files.readAllLines(LIST).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("\t", -1))
                .toList();
    }

    static Set<Survivor> listed() throws IOException {
        Set<Survivor> listed = new TreeSet<>();
        for (String[] cells : rows()) {
            listed.add(new Survivor(cells[0], cells[1], cells[2]));
        }
        return listed;
    }

    /** How many mutants a run's report in XML has, and how many of them some test noticed. */
    static String score(Path report) throws Exception {
        List<Element> mutations = mutations(report);
        long noticed = mutations.stream().filter(Survivor::isDetected).count();
        return String.format(
                Locale.ROOT,
                "%d mutants of the ledger's code, %d (%.1f %%) noticed by a test",
                mutations.size(),
                noticed,
                100.0 * noticed / mutations.size());
    }

    /** What a run's report says was not detected. */
    static Set<Survivor> reported(Path report) throws Exception {
        return some(report, mutation -> !isDetected(mutation));
    }

    /** What took too long: an endless loop, or a busy machine. */
    static Set<Survivor> timedOut(Path report) throws Exception {
        return some(report, mutation -> mutation.getAttribute("status").equals("TIMED_OUT"));
    }

    private static Set<Survivor> some(Path report, Predicate<Element> which) throws Exception {
        Set<Survivor> survivors = new TreeSet<>();
        for (Element mutation : mutations(report)) {
            if (which.test(mutation)) {
                String type = text(mutation, "mutatedClass").replaceAll("\\$.*", "");
                int line = Integer.parseInt(text(mutation, "lineNumber"));
                String mutator = text(mutation, "mutator").replaceAll(".*\\.", "");
                survivors.add(
                        new Survivor(type, mutator, source(type).get(line - 1).strip()));
            }
        }
        return survivors;
    }

    private static List<Element> mutations(Path report) throws Exception {
        NodeList mutations = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("mutation");
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < mutations.getLength(); i++) {
            elements.add((Element) mutations.item(i));
        }
        return elements;
    }

    private static boolean isDetected(Element mutation) {
        return mutation.getAttribute("detected").equals("true");
    }

    private static String text(Element mutation, String name) {
        return mutation.getElementsByTagName(name).item(0).getTextContent();
    }

    /** The lines of a class's source; none where there is no such class. */
    static List<String> source(String type) throws IOException {
        Path file = SOURCES.resolve(type.replace('.', '/') + ".java");
        return Files.exists(file) ? Files.readAllLines(file) : Collections.emptyList();
    }

    @Override
    public int compareTo(Survivor other) {
        return toString().compareTo(other.toString());
    }
}
