package io.joulestream.api;

import java.util.ArrayList;
import java.util.List;

/** Reads Server-Sent Events as a browser does, written anew from their description (WHATWG HTML, 9.2.6). */
final class ServerEvents {
    /**
     * One event.
     *
     * @param id empty where it has none
     * @param name {@code message} where it has none
     */
    record Event(String id, String name, String data) {}

    private ServerEvents() {}

    /** Those that are whole, of text that may end within a line; what is only a comment, or tells when to come back, is none. */
    static List<Event> parse(String text) {
        List<Event> events = new ArrayList<>();
        String id = "";
        String name = "message";
        List<String> data = new ArrayList<>();
        String wholeLines = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : wholeLines.lines().toList()) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(new Event(id, name, String.join("\n", data)));
                }
                id = "";
                name = "message";
                data.clear();
            } else if (field.equals("id")) {
                id = value;
            } else if (field.equals("event")) {
                name = value;
            } else if (field.equals("data")) {
                data.add(value);
            } else if (!field.isEmpty() && !field.equals("retry")) {
                throw new AssertionError("no line of an event: " + line);
            }
        }
        return events;
    }
}
