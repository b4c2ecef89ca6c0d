package io.joulestream.core.savings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The GPU models known by default, from a dated file beside this class; any other {@link Hardware} record does as well. */
public final class HardwareCatalogue {
    private static final String HEADER =
            "name,bf16_tflops,fp8_tflops,fp4_tflops,hbm_tb_per_s,max_w,idle_w,source,licence,date,confidence";

    private final Map<String, Hardware> byName;

    private HardwareCatalogue(Map<String, Hardware> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** The catalogue that comes with the program. */
    public static HardwareCatalogue bundled() {
        try (InputStream in = HardwareCatalogue.class.getResourceAsStream("hardware.csv")) {
            return parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a catalogue; cells hold no commas or quotes, lines that start with # are comments. */
    public static HardwareCatalogue parse(String csv) {
        List<String> lines = csv.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new IllegalArgumentException("hardware file must start with the header " + HEADER);
        }
        Map<String, Hardware> byName = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Hardware hardware = parseLine(line);
            if (byName.put(hardware.name(), hardware) != null) {
                throw new IllegalArgumentException("hardware file names " + hardware.name() + " twice");
            }
        }
        return new HardwareCatalogue(byName);
    }

    public Optional<Hardware> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In the order of the file. */
    public Collection<Hardware> all() {
        return byName.values();
    }

    private static Hardware parseLine(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != HEADER.split(",").length) {
            throw new IllegalArgumentException("hardware line has " + cells.length + " cells: " + line);
        }
        Map<Precision, Double> peaks = new EnumMap<>(Precision.class);
        putIfPresent(peaks, Precision.BF16, cells[1]);
        putIfPresent(peaks, Precision.FP8, cells[2]);
        putIfPresent(peaks, Precision.NVFP4, cells[3]);
        return new Hardware(
                cells[0],
                peaks,
                Double.parseDouble(cells[4]),
                Double.parseDouble(cells[5]),
                cells[6].isEmpty() ? null : Double.valueOf(cells[6]),
                cells[7],
                cells[8],
                LocalDate.parse(cells[9]),
                cells[10]);
    }

    private static void putIfPresent(Map<Precision, Double> peaks, Precision precision, String cell) {
        if (!cell.isEmpty()) {
            peaks.put(precision, Double.valueOf(cell));
        }
    }
}
