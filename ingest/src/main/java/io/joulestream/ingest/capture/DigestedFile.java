package io.joulestream.ingest.capture;

import io.joulestream.core.digest.Sha256;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** Reads a file of a capture once, and names it by its bytes. Stateless; any thread. */
final class DigestedFile {
    /** Takes the bytes; may leave some of them. */
    @FunctionalInterface
    interface Reader {
        void read(InputStream in) throws IOException;
    }

    private DigestedFile() {}

    /** The SHA-256 of all bytes, in hexadecimal; empty text, and a problem more, where the file cannot be read. */
    static String read(Path path, Problems problems, Reader reader) {
        MessageDigest digest = Sha256.begin();
        try (InputStream in =
                new BufferedInputStream(new DigestInputStream(Files.newInputStream(path), digest), 1 << 16)) {
            reader.read(in);
            in.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digest);
        } catch (NoSuchFileException e) {
            problems.add(new Problem(
                    path.toString(),
                    "there is no such file",
                    "give the directory that holds " + Capture.READINGS + ", " + Capture.EVENTS + " and "
                            + Capture.BOARDS));
        } catch (IOException | UncheckedIOException e) {
            problems.add(new Problem(
                    path.toString(), "cannot be read (" + e.getMessage() + ")", "check the path and its permissions"));
        }
        return "";
    }
}
