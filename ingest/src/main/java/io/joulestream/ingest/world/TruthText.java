package io.joulestream.ingest.world;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The text form of a {@link TruthFile}, which describes it. */
final class TruthText {
    private TruthText() {}

    static final class Writer {
        private final BufferedWriter out;

        Writer(BufferedWriter out) {
            this.out = out;
        }

        void write(TruthFile truth) throws IOException {
            line(TruthFile.MAGIC, truth.seed(), truth.tenant(), truth.start(), truth.until());
            for (TruthFile.Site s : truth.sites()) {
                line("site", s.id(), s.stepSeconds(), s.facilityMeter(), s.facilityMillijoules(), s.itMillijoules());
            }
            for (TruthFile.RoleNameplate r : truth.roles()) {
                line("role", r.site(), r.role(), r.nameplateWatts());
            }
            for (TruthFile.Run r : truth.runs()) {
                line(
                        "run",
                        r.site(),
                        r.run(),
                        r.precision(),
                        r.start(),
                        r.end(),
                        r.energyMicrojoules(),
                        r.tokens(),
                        r.effectiveTokens(),
                        r.retainedTokens(),
                        r.samples());
            }
            for (TruthFile.Cells c : truth.cells()) {
                line(
                        "cells",
                        c.table(),
                        c.mustExist(),
                        c.site(),
                        c.run(),
                        c.subject(),
                        c.metric(),
                        c.start(),
                        c.stepSeconds(),
                        joined(c.values()));
            }
            for (TruthFile.Step s : truth.steps()) {
                line("step", s.site(), s.run(), s.attempt(), s.step(), s.from(), s.to(), s.tokens(), s.samples());
            }
            for (TruthFile.Gauge g : truth.gauges()) {
                line(
                        "gauge",
                        g.site(),
                        g.entity(),
                        g.metric(),
                        g.from(),
                        g.to(),
                        g.leastMilliwatts(),
                        g.greatestMilliwatts());
            }
            for (TruthFile.Unknowable u : truth.unknowable()) {
                line(
                        "unknowable",
                        u.table(),
                        u.site(),
                        u.run(),
                        u.subject(),
                        u.metric(),
                        u.from(),
                        u.to(),
                        u.rule(),
                        u.leastMicrojoules(),
                        u.greatestMicrojoules(),
                        u.coveredMillis(),
                        u.reason());
            }
            for (FaultEntry f : truth.faults()) {
                line("fault", f.kind(), f.site(), f.owner(), f.from(), f.to(), f.count(), f.deadLetter(), f.effect());
            }
        }

        private void line(Object... fields) throws IOException {
            for (int i = 0; i < fields.length; i++) {
                out.write(i == 0 ? "" : "\t");
                out.write(fields[i].toString());
            }
            out.write('\n');
        }

        private static String joined(long[] values) {
            StringBuilder text = new StringBuilder(values.length * 12);
            for (long value : values) {
                text.append(text.isEmpty() ? "" : " ").append(value);
            }
            return text.toString();
        }
    }

    static final class Reader {
        private final BufferedReader in;
        private final String name;
        private int number;
        private String[] fields;
        private int next;

        Reader(BufferedReader in, String name) {
            this.in = in;
            this.name = name;
        }

        TruthFile read() throws IOException {
            try {
                return parse();
            } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
                throw new IOException(name + ", line " + number + ": not a line of a truth file: " + e.getMessage(), e);
            }
        }

        private TruthFile parse() throws IOException {
            List<TruthFile.Site> sites = new ArrayList<>();
            List<TruthFile.RoleNameplate> roles = new ArrayList<>();
            List<TruthFile.Run> runs = new ArrayList<>();
            List<TruthFile.Cells> cells = new ArrayList<>();
            List<TruthFile.Step> steps = new ArrayList<>();
            List<TruthFile.Gauge> gauges = new ArrayList<>();
            List<TruthFile.Unknowable> unknowable = new ArrayList<>();
            List<FaultEntry> faults = new ArrayList<>();
            if (!advance() || !text().equals(TruthFile.MAGIC)) {
                throw new IOException(name + ": does not begin with " + TruthFile.MAGIC);
            }
            long seed = number();
            String tenant = text();
            Instant start = instant();
            Instant until = instant();
            while (advance()) {
                switch (text()) {
                    case "site" -> sites.add(new TruthFile.Site(text(), whole(), flag(), number(), number()));
                    case "role" -> roles.add(new TruthFile.RoleNameplate(text(), text(), number()));
                    case "run" ->
                        runs.add(new TruthFile.Run(
                                text(), text(), text(), instant(), instant(), number(), number(), number(), number(),
                                number()));
                    case "cells" ->
                        cells.add(new TruthFile.Cells(
                                table(), flag(), text(), text(), text(), whole(), instant(), whole(), numbers()));
                    case "step" ->
                        steps.add(new TruthFile.Step(
                                text(), text(), whole(), number(), instant(), instant(), number(), number()));
                    case "gauge" ->
                        gauges.add(
                                new TruthFile.Gauge(text(), text(), whole(), instant(), instant(), number(), number()));
                    case "unknowable" ->
                        unknowable.add(new TruthFile.Unknowable(
                                table(),
                                text(),
                                text(),
                                text(),
                                whole(),
                                instant(),
                                instant(),
                                TruthFile.Rule.valueOf(text()),
                                number(),
                                number(),
                                whole(),
                                text()));
                    case "fault" ->
                        faults.add(
                                new FaultEntry(text(), text(), text(), instant(), instant(), number(), text(), text()));
                    default -> throw new IllegalArgumentException("begins with " + fields[0]);
                }
            }
            return new TruthFile(
                    seed, tenant, start, until, sites, roles, runs, cells, steps, gauges, unknowable, faults);
        }

        private boolean advance() throws IOException {
            String line = in.readLine();
            number++;
            next = 0;
            fields = line == null ? new String[0] : line.split("\t", -1);
            return line != null;
        }

        private String text() {
            return fields[next++];
        }

        private long number() {
            return Long.parseLong(text());
        }

        private int whole() {
            return Integer.parseInt(text());
        }

        private boolean flag() {
            return Boolean.parseBoolean(text());
        }

        private Instant instant() {
            return Instant.parse(text());
        }

        private TruthFile.Table table() {
            return TruthFile.Table.valueOf(text());
        }

        private long[] numbers() {
            String text = text();
            int count = text.isEmpty() ? 0 : 1;
            for (int i = 0; i < text.length(); i++) {
                count += text.charAt(i) == ' ' ? 1 : 0;
            }
            long[] values = new long[count];
            int from = 0;
            for (int i = 0; i < count; i++) {
                int space = text.indexOf(' ', from);
                int to = space < 0 ? text.length() : space;
                values[i] = Long.parseLong(text, from, to, 10);
                from = to + 1;
            }
            return values;
        }
    }
}
