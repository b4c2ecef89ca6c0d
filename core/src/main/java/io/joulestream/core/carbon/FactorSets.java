package io.joulestream.core.carbon;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.core.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The factor sets a report may draw from, and the one file of them that is part of the product.
 *
 * <p>The file is plain CSV without quotes. A set's SHA-256 is that of the header line and the set's own lines, each with its
 * line feed: {@code grep -E '^(set|NAME),' grid-factors.csv | sha256sum}. So a set keeps its id when another is added.
 */
public final class FactorSets {
    private static final String FILE = "grid-factors.csv";
    private static final String HEADER = "set,version,zone,year,basis,gas_set,kgco2e_per_kwh,source,licence,retrieved";
    private static final FactorSets SHIPPED = parse(read());

    private final List<FactorSet> sets;

    private FactorSets(List<FactorSet> sets) {
        this.sets = List.copyOf(sets);
    }

    /** A factor and the set it is from. */
    public record Found(FactorSet set, EmissionFactor factor) {}

    /** The sets that are part of the product: EPA eGRID for the United States, DESNZ for Great Britain. */
    public static FactorSets shipped() {
        return SHIPPED;
    }

    /** Sets in order of trust: the first that knows a zone decides. */
    public static FactorSets of(List<FactorSet> sets) {
        return new FactorSets(sets);
    }

    public List<FactorSet> sets() {
        return sets;
    }

    /**
     * The generation-basis factor of a zone for a year, or of the nearest earlier year: the nearest year of any set wins, then
     * the first set. Empty when there is none; life-cycle factors are never found.
     */
    public Optional<Found> generation(String zone, int year) {
        Found best = null;
        for (FactorSet set : sets) {
            if (set.basis() != Basis.GENERATION) {
                continue;
            }
            EmissionFactor factor = set.atOrBefore(zone, year).orElse(null);
            if (factor != null && (best == null || factor.year() > best.factor().year())) {
                best = new Found(set, factor);
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Reads factor sets from text in the format of the shipped file.
     *
     * @throws IllegalArgumentException when a line is not of that format; the message names it
     */
    public static FactorSets parse(String csv) {
        String[] lines = csv.split("\n");
        if (!lines[0].equals(HEADER)) {
            throw new IllegalArgumentException("factor file must start with " + HEADER + ", was " + lines[0]);
        }
        Map<String, List<String>> bySet = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int comma = lines[i].indexOf(',');
            if (comma <= 0) {
                throw new IllegalArgumentException("line " + (i + 1) + " of the factor file has no set: " + lines[i]);
            }
            bySet.computeIfAbsent(lines[i].substring(0, comma), name -> new ArrayList<>())
                    .add(lines[i]);
        }
        List<FactorSet> sets = new ArrayList<>();
        bySet.forEach((name, rows) -> sets.add(set(name, rows)));
        return new FactorSets(sets);
    }

    private static FactorSet set(String name, List<String> rows) {
        StringBuilder content = new StringBuilder(HEADER).append('\n');
        List<EmissionFactor> factors = new ArrayList<>();
        String version = null;
        for (String row : rows) {
            content.append(row).append('\n');
            String[] cells = row.split(",", -1);
            if (cells.length != 10 || version != null && !version.equals(cells[1])) {
                throw new IllegalArgumentException("row of factor set " + name + " is not of its format: " + row);
            }
            version = cells[1];
            factors.add(factor(cells));
        }
        return new FactorSet(name, version, Sha256.hex(content.toString().getBytes(UTF_8)), factors);
    }

    private static EmissionFactor factor(String[] cells) {
        return new EmissionFactor(
                cells[2],
                Integer.parseInt(cells[3]),
                Basis.valueOf(cells[4]),
                cells[5],
                new BigDecimal(cells[6]),
                cells[7],
                cells[8],
                LocalDate.parse(cells[9]));
    }

    private static String read() {
        try (InputStream in = FactorSets.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the class path");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }
}
