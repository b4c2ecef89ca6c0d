package io.joulestream.ingest.capture;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The table of what NVML said, a row per GPU and poll, in UTF-8 with the names of its columns in the first line.
 *
 * <p>Read are {@code unix_ms}, {@code gpu}, {@code power_mw}, {@code power_instant_mw} and {@code energy_mj}, in any order;
 * the last three are whole numbers or empty, where the board has no such value. Columns of other names are passed over:
 * clocks, temperature, utilisation and memory are no part of the ledger, which would judge and then drop them. For one thread.
 */
final class NvmlTable {
    private static final String TIME = "unix_ms";
    private static final String GPU = "gpu";
    private static final String POWER = "power_mw";
    private static final String MOMENTARY_POWER = "power_instant_mw";
    private static final String ENERGY = "energy_mj";
    private static final List<String> COLUMNS = List.of(TIME, GPU, POWER, MOMENTARY_POWER, ENERGY);

    private static final int MAX_RECORD_CHARS = 64 * 1024;
    private static final int GREATEST_GPU = 511;
    /** 1 MW: no board draws so much. */
    static final long MOST_MILLIWATTS = 1_000_000_000;

    private static final int REPLACEMENT = 0xFFFD;

    private final String file;
    private final Problems problems;
    private final Map<Integer, List<GpuReading>> byGpu = new TreeMap<>();
    private final Map<Integer, Long> greatest = new TreeMap<>();
    private List<String> header = List.of();
    private int readings;

    NvmlTable(Path path, Problems problems) {
        this.file = path.toString();
        this.problems = problems;
    }

    /** By number; empty where the table has problems or no reading. */
    List<GpuReadings> gpus() {
        return byGpu.entrySet().stream()
                .map(gpu -> new GpuReadings(gpu.getKey(), gpu.getValue(), greatest.get(gpu.getKey())))
                .toList();
    }

    void read(InputStream in) {
        CsvReader<CsvRecord> csv = CsvReader.builder()
                .skipEmptyLines(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowUnclosedQuote(false)
                .maxBufferSize(MAX_RECORD_CHARS)
                .ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8));
        long line = 1;
        try {
            for (CsvRecord row : csv) {
                line = row.getStartingLineNumber();
                if (header.isEmpty()) {
                    if (!takeHeader(row, line)) {
                        return;
                    }
                } else if (readings == PowerReadings.MAX_READINGS) {
                    problem(line, "more than " + PowerReadings.MAX_READINGS + " readings", "capture in parts");
                    return;
                } else {
                    take(row, line);
                }
            }
        } catch (CsvParseException e) {
            problem(line, "after this line the table cannot be read: " + e.getMessage(), "check quotes and line ends");
            return;
        }
        if (byGpu.isEmpty() && problems.total() == 0) {
            problems.add(new Problem(file, "no reading in this file", "give the table of a capture that ran"));
        }
    }

    private boolean takeHeader(CsvRecord row, long line) {
        header = row.getFields().stream().map(String::strip).toList();
        if (!isText(row, line)) {
            return false;
        }
        List<String> absent =
                COLUMNS.stream().filter(name -> !header.contains(name)).toList();
        if (!absent.isEmpty()) {
            problem(
                    line,
                    "no column " + String.join(", ", absent),
                    "name the columns in the first line, as " + String.join(",", COLUMNS));
        }
        return absent.isEmpty();
    }

    private void take(CsvRecord row, long line) {
        if (!isText(row, line)) {
            return;
        }
        if (row.getFieldCount() != header.size()) {
            problem(line, row.getFieldCount() + " columns of " + header.size(), "repair or remove the line");
            return;
        }
        OptionalLong time = number(row, TIME, line, false);
        OptionalLong gpu = number(row, GPU, line, false);
        OptionalLong power = number(row, POWER, line, true);
        OptionalLong momentary = number(row, MOMENTARY_POWER, line, true);
        OptionalLong energy = number(row, ENERGY, line, true);
        if (time.isEmpty() || gpu.isEmpty() || power.isEmpty() || momentary.isEmpty() || energy.isEmpty()) {
            return;
        }
        long greatestPower = Math.max(power.getAsLong(), momentary.getAsLong());
        if (!PowerReading.isTime(time.getAsLong())) {
            problem(line, TIME + " is " + time.getAsLong(), "write milliseconds since 1970, UTC");
        } else if (gpu.getAsLong() > GREATEST_GPU) {
            problem(line, "gpu " + gpu.getAsLong(), "number the GPUs of one host, 0 to " + GREATEST_GPU);
        } else if (greatestPower > MOST_MILLIWATTS) {
            problem(line, greatestPower + " mW are more than any board draws", "correct or remove the line");
        } else {
            take((int) gpu.getAsLong(), greatestPower, line, time.getAsLong(), power.getAsLong(), energy.getAsLong());
        }
    }

    private void take(int gpu, long greatestPower, long line, long time, long power, long energy) {
        List<GpuReading> ofGpu = byGpu.computeIfAbsent(gpu, number -> new ArrayList<>());
        long before =
                ofGpu.isEmpty() ? Long.MIN_VALUE : ofGpu.get(ofGpu.size() - 1).atMs();
        if (time <= before) {
            problem(
                    line,
                    "gpu " + gpu + " at " + time + " ms, after a reading at " + before + " ms",
                    "write its readings in the order of their times, each once");
            return;
        }
        readings++;
        ofGpu.add(new GpuReading(time, power, energy));
        greatest.merge(gpu, Math.max(0, greatestPower), Math::max);
    }

    /** A whole number from 0, or {@link GpuReading#NOT_TOLD} where it may be left out and is; empty with a problem. */
    private OptionalLong number(CsvRecord row, String column, long line, boolean mayBeAbsent) {
        String text = row.getField(header.indexOf(column)).strip();
        if (text.isEmpty() && mayBeAbsent) {
            return OptionalLong.of(GpuReading.NOT_TOLD);
        }
        Optional<OptionalLong> whole = Decimals.parse(text).map(Decimals::whole);
        if (whole.isPresent() && whole.get().isPresent() && whole.get().getAsLong() >= 0) {
            return whole.get();
        }
        problem(
                line,
                column + " is '" + text + "'",
                "write a whole number from 0" + (mayBeAbsent ? ", or nothing" : ""));
        return OptionalLong.empty();
    }

    private boolean isText(CsvRecord row, long line) {
        for (String field : row.getFields()) {
            if (field.indexOf(REPLACEMENT) >= 0 || field.indexOf('\0') >= 0) {
                problem(line, "this is not UTF-8 text", "save the table as UTF-8");
                return false;
            }
        }
        return true;
    }

    private void problem(long line, String what, String remedy) {
        problems.add(Problem.at(file, line, what, remedy));
    }
}
