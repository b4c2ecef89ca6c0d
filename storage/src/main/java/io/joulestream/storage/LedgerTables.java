package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import java.util.function.BiConsumer;

/** The kinds of rows the ledger holds, one writer each: {@code LedgerTables.siteSteps().openWriter(address)}. */
public final class LedgerTables {
    private LedgerTables() {}

    public static LedgerTable<ChannelMinute> channelMinutes() {
        return address -> writer(address, LedgerWriter::write);
    }

    /** Steps of 60 s are minutes, longer ones hours. */
    public static LedgerTable<SiteStep> siteSteps() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<SitePart> siteParts() {
        return address -> writer(address, LedgerWriter::write);
    }

    /** Steps of 60 s are minutes, longer ones hours. */
    public static LedgerTable<RunStep> runSteps() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<RunMeterStep> runMeterSteps() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<RunExtent> runExtents() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<TrainingStep> trainingSteps() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<RunPhase> runPhases() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<RunCheckpoint> runCheckpoints() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<DemandInterval> demandIntervals() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<QuantityStep> quantitySteps() {
        return address -> writer(address, LedgerWriter::write);
    }

    public static LedgerTable<DeadLetter> deadLetters() {
        return address -> writer(address, LedgerWriter::write);
    }

    private static <T> RowWriter<T> writer(DatabaseAddress address, BiConsumer<LedgerWriter, T> write) {
        LedgerWriter writer = LedgerWriter.open(address);
        return new RowWriter<>() {
            @Override
            public void add(T row) {
                write.accept(writer, row);
            }

            @Override
            public int flush() {
                return writer.flush();
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }
}
