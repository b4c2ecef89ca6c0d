package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.util.Map;

/** The bytes of the books, for a state backend. What is unpublished is not part of them: publish first. */
public final class BookCodec {
    private static final int VERSION = 1;

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
        StateOutput out = new StateOutput(VERSION);
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
        return out.toBytes();
    }

    public static RunHourBook decodeRunHour(byte[] bytes) {
        StateInput in = new StateInput(bytes, "run hour", VERSION);
        RunHourBook book = new RunHourBook();
        for (long left = in.readNumber(); left > 0; left--) {
            book.minutes.put(in.readNumber(), readSum(in));
        }
        for (long left = in.readNumber(); left > 0; left--) {
            RunHourBook.MeterStep meter =
                    new RunHourBook.MeterStep(in.readText(), in.readInt(), in.readBits() == 1, in.readNumber());
            book.meters.put(meter, readSum(in));
        }
        return book;
    }

    public static byte[] encode(KeptStep kept) {
        StepReport step = kept.report();
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(kept.changes());
        out.writeNumber(step.attempt());
        out.writeNumber(step.step());
        out.writeNumber(step.fromMillis());
        out.writeNumber(step.toMillis());
        out.writeNumber(step.tokens());
        out.writeNumber(step.samples());
        out.writeBits(step.correction() ? 1 : 0);
        out.writeNumber(step.session());
        out.writeNumber(step.sequence());
        return out.toBytes();
    }

    public static KeptStep decodeStep(byte[] bytes) {
        StateInput in = new StateInput(bytes, "training step", VERSION);
        long changes = in.readNumber();
        StepReport report = new StepReport(
                in.readInt(),
                in.readNumber(),
                in.readNumber(),
                in.readNumber(),
                in.readNumber(),
                in.readNumber(),
                in.readBits() == 1,
                in.readNumber(),
                in.readNumber());
        return new KeptStep(report, changes);
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
        out.writeNumber(sum.energy().measuredMicrojoules());
        out.writeNumber(sum.energy().bridgedMicrojoules());
        out.writeNumber(sum.energy().estimatedMicrojoules());
        out.writeNumber(sum.covered());
        out.writeNumber(sum.accounted());
        out.writeNumber(sum.tokens());
        out.writeNumber(sum.changes());
    }

    private static Sum readSum(StateInput in) {
        EnergyBuckets energy = new EnergyBuckets(in.readNumber(), in.readNumber(), in.readNumber());
        return new Sum(energy, in.readNumber(), in.readNumber(), in.readNumber(), in.readNumber());
    }
}
