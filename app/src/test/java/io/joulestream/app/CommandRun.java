package io.joulestream.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A command run in this process, and what came of it. */
record CommandRun(int exit, String out, String err) {
    static CommandRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int exit = Joulestream.run(new PrintWriter(out), new PrintWriter(err), texts);
        return new CommandRun(exit, out.toString(), err.toString());
    }

    /** Of the last line. */
    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out.strip().lines().reduce("", (before, line) -> line));
        } catch (IOException e) {
            throw new UncheckedIOException(out, e);
        }
    }
}
