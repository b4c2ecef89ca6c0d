package io.joulestream.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** A file that holds a secret and nothing else. */
final class SecretFile {
    private static final Set<PosixFilePermission> OF_THE_OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretFile() {}

    /**
     * What it holds, without the space around it.
     *
     * @throws UserError if it cannot be read, is empty, or others may read it
     */
    static String read(Path file) {
        try {
            if (!OF_THE_OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw new UserError(file + " holds a secret and others may read it: chmod 600 " + file);
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new UserError(file + " holds no secret");
            }
            return secret;
        } catch (IOException e) {
            throw new UserError("the secret in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
