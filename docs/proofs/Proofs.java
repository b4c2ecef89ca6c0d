import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Writes docs/proofs.md from docs/proofs/promises.tsv and the reports of the last {@code mvn verify}. A line that a test
 * prints with {@code proof: } before it becomes part of its result. Run from the top: {@code java docs/proofs/Proofs.java}.
 * Ends with 1 when a listed test failed or has no report; the page is written all the same.
 */
public final class Proofs {
    private static final Path LIST = Path.of("docs/proofs/promises.tsv");
    private static final Path PAGE = Path.of("docs/proofs.md");

    /** What the reports say of one test class. */
    private record Result(int tests, int failed, int skipped, double seconds, String facts) {
        Result plus(Result other) {
            return new Result(
                    tests + other.tests,
                    failed + other.failed,
                    skipped + other.skipped,
                    seconds + other.seconds,
                    facts + other.facts);
        }

        String words() {
            String outcome = failed > 0 ? failed + " FAILED" : skipped == tests ? "skipped" : "passed";
            String left = skipped > 0 && skipped < tests ? ", " + skipped + " skipped" : "";
            return String.format(Locale.ROOT, "%d %s%s in %.1f s%s", tests, outcome, left, seconds, facts);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Result> results = results();
        StringBuilder page = new StringBuilder();
        page.append("# Proofs\n\n");
        page.append("What is promised, the test that would fail if it were not so, and what its last run said. Written by\n");
        page.append("`java docs/proofs/Proofs.java` after `mvn -B verify`; the promises are in `docs/proofs/promises.tsv`.\n\n");
        page.append("Machine: ").append(Runtime.getRuntime().availableProcessors()).append(" cores, Java ");
        page.append(Runtime.version().feature()).append(", ").append(System.getProperty("os.name")).append(".\n\n");
        page.append("| promise | test | last run | more of it |\n|---|---|---|---|\n");
        List<String> missing = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String row : Files.readAllLines(LIST)) {
            if (row.isBlank() || row.startsWith("#")) {
                continue;
            }
            String[] cells = row.split("\t", -1);
            String test = cells[1];
            Result result = results.get(test);
            boolean apart = cells.length > 3;
            if (result == null && !apart) {
                missing.add(test);
            } else if (result != null && result.failed() > 0) {
                failed.add(test);
            }
            page.append("| ").append(cells[0]).append(" | `").append(test).append("` | ");
            page.append(result != null ? result.words() : apart ? cells[3] : "not run").append(" | ");
            page.append(cells.length > 2 && !cells[2].isBlank() ? "`" + cells[2] + "`" : "").append(" |\n");
        }
        Files.writeString(PAGE, page);
        System.out.println("wrote " + PAGE);
        if (!failed.isEmpty() || !missing.isEmpty()) {
            System.err.println("failed: " + failed + "; without a report: " + missing);
            System.exit(1);
        }
    }

    private static Map<String, Result> results() throws Exception {
        Map<String, Result> results = new TreeMap<>();
        for (String folder : List.of(
                "target/surefire-reports", "target/failsafe-reports", "target/failsafe-reports-timescaledb")) {
            for (Path file : reports(folder)) {
                String name = file.getFileName().toString();
                if (!name.startsWith("TEST-") || !name.endsWith(".xml")) {
                    continue;
                }
                Element suite = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getDocumentElement();
                String type = name.replaceAll("TEST-(.*\\.)?([^.]+)\\.xml", "$2").replaceAll("\\$.*", "");
                Result result = new Result(
                        number(suite, "tests"),
                        number(suite, "failures") + number(suite, "errors"),
                        number(suite, "skipped"),
                        Double.parseDouble(suite.getAttribute("time").replace(",", "")),
                        facts(suite));
                results.merge(type, result, Result::plus);
            }
        }
        return results;
    }

    private static String facts(Element suite) {
        StringBuilder facts = new StringBuilder();
        NodeList printed = suite.getElementsByTagName("system-out");
        for (int i = 0; i < printed.getLength(); i++) {
            printed.item(i)
                    .getTextContent()
                    .lines()
                    .filter(line -> line.startsWith("proof: "))
                    .forEach(line -> facts.append("; ").append(line.substring(7)));
        }
        return facts.toString();
    }

    private static int number(Element suite, String attribute) {
        return Integer.parseInt(suite.getAttribute(attribute));
    }

    /** Files of that folder of every module. */
    private static List<Path> reports(String folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of("."))) {
            for (Path module : modules.sorted().toList()) {
                Path inside = module.resolve(folder);
                if (Files.isDirectory(inside)) {
                    try (Stream<Path> files = Files.list(inside)) {
                        files.sorted().forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
