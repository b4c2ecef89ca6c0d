package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.RunReport.Told;
import io.joulestream.core.energy.AmountCodec;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.util.Map;

/** The bytes of the books, for a state backend. What is unpublished is not part of them: publish first. */
public final class BookCodec {
    private static final int VERSION = 1;
    private static final int STEP_VERSION = 2;
    private static final int RUN_HOUR_WITH_MARKS = 2;
    private static final int RUN_HOUR_WITH_FLAGS = 3;

    private BookCodec() {}

    public static byte[] encode(SiteHourBook book) {
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(book.sums.size());
        for (Map.Entry<SiteHourBook.RoleMinute, Sum> sum : book.sums.entrySet()) {
            out.writeText(sum.getKey().role());
            out.writeNumber(sum.getKey().minute());
            write(out, sum.getValue());
        }
        return out.toBytes();
    }

    public static SiteHourBook decodeSiteHour(byte[] bytes) {
        StateInput in = new StateInput(bytes, "site hour", VERSION);
        SiteHourBook book = new SiteHourBook();
        for (long left = in.readNumber(); left > 0; left--) {
            book.sums.put(new SiteHourBook.RoleMinute(in.readText(), in.readNumber()), readSum(in));
        }
        return book;
    }

    public static byte[] encode(RunHourBook book) {
        StateOutput out = new StateOutput(RUN_HOUR_WITH_FLAGS);
        out.writeNumber(book.minutes.size());
        for (Map.Entry<Long, Sum> sum : book.minutes.entrySet()) {
            out.writeNumber(sum.getKey());
            write(out, sum.getValue());
        }
        out.writeNumber(book.meters.size());
        for (Map.Entry<RunHourBook.MeterStep, Sum> sum : book.meters.entrySet()) {
            out.writeText(sum.getKey().entity());
            out.writeNumber(sum.getKey().metric());
            out.writeBits(sum.getKey().check() ? 1 : 0);
            out.writeNumber(sum.getKey().start());
            write(out, sum.getValue());
        }
        out.writeNumber(book.marks.size());
        for (Map.Entry<Long, RunHourBook.Marks> marks : book.marks.entrySet()) {
            out.writeNumber(marks.getKey());
            out.writeNumber(marks.getValue().sharedByTime());
            out.writeNumber(marks.getValue().sticking());
        }
        return out.toBytes();
    }

    /** Reads version 1 too, which knew no marks, and version 2, which knew one flag that stays. */
    public static RunHourBook decodeRunHour(byte[] bytes) {
        StateInput in = new StateInput(bytes, "run hour", VERSION, RUN_HOUR_WITH_FLAGS);
        RunHourBook book = new RunHourBook();
        for (long left = in.readNumber(); left > 0; left--) {
            book.minutes.put(in.readNumber(), readSum(in));
        }
        for (long left = in.readNumber(); left > 0; left--) {
            RunHourBook.MeterStep meter =
                    new RunHourBook.MeterStep(in.readText(), in.readInt(), in.readBits() == 1, in.readNumber());
            book.meters.put(meter, readSum(in));
        }
        if (in.version() < RUN_HOUR_WITH_MARKS) {
            return book;
        }
        for (long left = in.readNumber(); left > 0; left--) {
            long minute = in.readNumber();
            int sharedByTime = in.readInt();
            int sticking = in.version() < RUN_HOUR_WITH_FLAGS ? restUnmetered(in.readBits() == 1) : in.readInt();
            book.marks.put(minute, new RunHourBook.Marks(sharedByTime, sticking));
        }
        return book;
    }

    private static int restUnmetered(boolean told) {
        return told ? LedgerFlag.REST_UNMETERED.mask() : 0;
    }

    public static byte[] encode(MeterHourBook book) {
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(book.feed.size());
        for (Map.Entry<Long, Sum> sum : book.feed.entrySet()) {
            out.writeNumber(sum.getKey());
            write(out, sum.getValue());
        }
        out.writeNumber(book.volumes.size());
        for (Map.Entry<MeterHourBook.VolumeQuarter, VolumeSum> sum : book.volumes.entrySet()) {
            out.writeNumber(sum.getKey().metric());
            out.writeText(sum.getKey().kind());
            out.writeBits(sum.getKey().check() ? 1 : 0);
            out.writeNumber(sum.getKey().start());
            out.writeNumber(sum.getValue().volume().measuredMillilitres());
            out.writeNumber(sum.getValue().volume().bridgedMillilitres());
            out.writeNumber(sum.getValue().volume().estimatedMillilitres());
            out.writeNumber(sum.getValue().coveredMillis());
            out.writeNumber(sum.getValue().accountedMillis());
            out.writeNumber(sum.getValue().changes());
        }
        return out.toBytes();
    }

    public static MeterHourBook decodeMeterHour(byte[] bytes) {
        StateInput in = new StateInput(bytes, "meter hour", VERSION);
        MeterHourBook book = new MeterHourBook();
        for (long left = in.readNumber(); left > 0; left--) {
            book.feed.put(in.readNumber(), readSum(in));
        }
        for (long left = in.readNumber(); left > 0; left--) {
            MeterHourBook.VolumeQuarter quarter =
                    new MeterHourBook.VolumeQuarter(in.readInt(), in.readText(), in.readBits() == 1, in.readNumber());
            VolumeBuckets volume = new VolumeBuckets(in.readNumber(), in.readNumber(), in.readNumber());
            book.volumes.put(quarter, new VolumeSum(volume, in.readNumber(), in.readNumber(), in.readNumber()));
        }
        return book;
    }

    public static byte[] encode(KeptStep kept) {
        StepReport step = kept.report();
        StateOutput out = new StateOutput(STEP_VERSION);
        out.writeNumber(kept.changes());
        out.writeNumber(step.attempt());
        out.writeNumber(step.step());
        out.writeNumber(step.fromMillis());
        out.writeNumber(step.toMillis());
        out.writeNumber(step.tokens());
        out.writeNumber(step.samples());
        write(out, step.told());
        out.writeNumber(step.afterStep());
        out.writeNumber(step.effectiveTokens());
        out.writeNumber(step.reportedMicrojoules());
        return out.toBytes();
    }

    /** Steps of version 1 tell neither what came before them, nor effective tokens, nor reported energy. */
    public static KeptStep decodeStep(byte[] bytes) {
        StateInput in = new StateInput(bytes, "training step", VERSION, STEP_VERSION);
        long changes = in.readNumber();
        int attempt = in.readInt();
        long step = in.readNumber();
        long from = in.readNumber();
        long to = in.readNumber();
        long tokens = in.readNumber();
        long samples = in.readNumber();
        Told told = readTold(in);
        boolean more = in.version() > VERSION;
        long afterStep = more ? in.readNumber() : RunReport.NOT_TOLD;
        long effective = more ? in.readNumber() : RunReport.NOT_TOLD;
        long reported = more ? in.readNumber() : RunReport.NOT_TOLD;
        return new KeptStep(
                new StepReport(attempt, step, afterStep, from, to, tokens, effective, samples, reported, told),
                changes);
    }

    public static byte[] encode(KeptPhase kept) {
        PhaseReport phase = kept.report();
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(kept.changes());
        out.writeNumber(phase.attempt());
        out.writeBits(phase.phase().code());
        out.writeNumber(phase.fromMillis());
        out.writeNumber(phase.toMillis());
        write(out, phase.told());
        return out.toBytes();
    }

    public static KeptPhase decodePhase(byte[] bytes) {
        StateInput in = new StateInput(bytes, "run phase", VERSION);
        long changes = in.readNumber();
        int attempt = in.readInt();
        int code = in.readBits();
        JobPhase phase = JobPhase.ofCode(code)
                .orElseThrow(() -> new IllegalStateException("run phase has the code " + code + ", which is none"));
        return new KeptPhase(new PhaseReport(attempt, phase, in.readNumber(), in.readNumber(), readTold(in)), changes);
    }

    public static byte[] encode(KeptCheckpoint kept) {
        CheckpointReport checkpoint = kept.report();
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(kept.changes());
        out.writeNumber(checkpoint.attempt());
        out.writeNumber(checkpoint.step());
        out.writeNumber(checkpoint.atMillis());
        write(out, checkpoint.told());
        return out.toBytes();
    }

    public static KeptCheckpoint decodeCheckpoint(byte[] bytes) {
        StateInput in = new StateInput(bytes, "run checkpoint", VERSION);
        long changes = in.readNumber();
        return new KeptCheckpoint(
                new CheckpointReport(in.readInt(), in.readNumber(), in.readNumber(), readTold(in)), changes);
    }

    private static void write(StateOutput out, Told told) {
        out.writeBits(told.correction() ? 1 : 0);
        out.writeNumber(told.session());
        out.writeNumber(told.sequence());
    }

    private static Told readTold(StateInput in) {
        return new Told(in.readBits() == 1, in.readNumber(), in.readNumber());
    }

    public static byte[] encode(Extent extent) {
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(extent.fromMillis());
        out.writeNumber(extent.toMillis());
        out.writeNumber(extent.assertions());
        return out.toBytes();
    }

    public static Extent decodeExtent(byte[] bytes) {
        StateInput in = new StateInput(bytes, "run extent", VERSION);
        return new Extent(in.readNumber(), in.readNumber(), in.readNumber());
    }

    private static void write(StateOutput out, Sum sum) {
        AmountCodec.write(out, sum.energy());
        out.writeNumber(sum.covered());
        out.writeNumber(sum.accounted());
        out.writeNumber(sum.tokens());
        out.writeNumber(sum.changes());
    }

    private static Sum readSum(StateInput in) {
        EnergyBuckets energy = AmountCodec.readEnergy(in);
        return new Sum(energy, in.readNumber(), in.readNumber(), in.readNumber(), in.readNumber());
    }
}
