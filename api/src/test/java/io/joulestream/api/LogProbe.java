package io.joulestream.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What one class writes to the log, while this is open. */
final class LogProbe extends AbstractAppender implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private LogProbe(Logger logger) {
        super("probe of " + logger.getName(), null, null, true, Property.EMPTY_ARRAY);
        this.logger = logger;
    }

    static LogProbe of(Class<?> source) {
        LogProbe probe = new LogProbe((Logger) LogManager.getLogger(source));
        probe.start();
        probe.logger.addAppender(probe);
        return probe;
    }

    /** Each with its cause. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void append(LogEvent event) {
        lines.add(event.getMessage().getFormattedMessage() + " " + event.getThrown());
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        stop();
    }
}
