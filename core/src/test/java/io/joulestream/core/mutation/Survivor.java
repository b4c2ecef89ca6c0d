package io.joulestream.core.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

    /** What a mutation run's report in XML says was not detected. */
    static Set<Survivor> reported(Path report) throws Exception {
        Set<Survivor> survivors = new TreeSet<>();
        NodeList mutations = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("mutation");
        for (int i = 0; i < mutations.getLength(); i++) {
            Element mutation = (Element) mutations.item(i);
            if (mutation.getAttribute("detected").equals("false")) {
                String type = text(mutation, "mutatedClass").replaceAll("\\$.*", "");
                int line = Integer.parseInt(text(mutation, "lineNumber"));
                String mutator = text(mutation, "mutator").replaceAll(".*\\.", "");
                survivors.add(
                        new Survivor(type, mutator, source(type).get(line - 1).strip()));
            }
        }
        return survivors;
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
