package io.joulestream.core.inventory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds a tree with lines from the parser's events.
 *
 * <p>From events rather than from composed nodes, because the file may come from anybody: an alias is refused before it is
 * followed, a nesting too deep before the stack is, and the tree holds no part of the text's buffer.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 16;

    private final Iterator<Event> events;
    private final Problems problems;

    private YamlReader(Iterator<Event> events, Problems problems) {
        this.events = events;
        this.problems = problems;
    }

    /** The one document of a text; empty when it could not be read, and then there is a problem that says why. */
    static Optional<YamlNode> read(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel("site.yaml")
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        try {
            return new YamlReader(new Parse(settings).parseString(text).iterator(), problems).document();
        } catch (MarkedYamlEngineException e) {
            int line =
                    e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
            problems.add(line, "", "not valid YAML: " + e.getProblem());
        } catch (Refused e) {
            problems.add(e.line, e.path, e.getMessage());
        } catch (YamlEngineException e) {
            problems.add(1, "", "not valid YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<YamlNode> document() {
        events.next(); // start of stream
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            problems.add(1, "", "the file is empty");
            return Optional.empty();
        }
        YamlNode root = node(events.next(), "", 0);
        events.next(); // end of document
        Event after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            problems.add(line(after), "", "a second YAML document; a file holds one site");
        }
        return Optional.of(root);
    }

    private YamlNode node(Event event, String path, int depth) {
        int line = line(event);
        if (depth > MAX_DEPTH) {
            throw new Refused(line, path, "nested deeper than " + MAX_DEPTH + " levels");
        }
        if (event instanceof AliasEvent) {
            throw new Refused(line, path, "aliases are not supported; write the value out");
        }
        Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
        if (anchor.isPresent()) {
            throw new Refused(line, path, "anchors are not supported: &" + anchor.get());
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), line, path);
            return new YamlNode.Scalar(line, scalar.getValue(), scalar.isPlain());
        }
        refuseTag(((CollectionStartEvent) event).getTag(), line, path);
        return event.getEventId() == Event.ID.SequenceStart ? sequence(line, path, depth) : mapping(line, path, depth);
    }

    private YamlNode sequence(int line, String path, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, path + "[" + items.size() + "]", depth + 1));
        }
        return new YamlNode.Sequence(line, items);
    }

    private YamlNode mapping(int line, String path, int depth) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            YamlNode key = node(next, path, depth + 1);
            if (!(key instanceof YamlNode.Scalar name)) {
                throw new Refused(key.line(), path, "a key must be a word");
            }
            String below = path.isEmpty() ? name.text() : path + "." + name.text();
            YamlNode value = node(events.next(), below, depth + 1);
            YamlNode.Entry first = entries.putIfAbsent(name.text(), new YamlNode.Entry(name.line(), value));
            if (first != null) {
                problems.add(name.line(), below, "is given twice, first on line " + first.line());
            }
        }
        return new YamlNode.Mapping(line, entries);
    }

    private static void refuseTag(Optional<String> tag, int line, String path) {
        if (tag.isPresent()) {
            throw new Refused(line, path, "tags are not supported: " + tag.get());
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    /** Ends the reading of a file that uses what a site file has no use for. */
    private static final class Refused extends RuntimeException {
        private final int line;
        private final String path;

        Refused(int line, String path, String message) {
            super(message, null, false, false);
            this.line = line;
            this.path = path;
        }
    }
}
