package io.joulestream.wire;

import java.util.regex.Pattern;

/** Which names may travel. Control characters are refused because neither a key, a log line nor a database text takes them. */
final class Names {
    private static final int MAX_TEXT = 256;
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");

    private Names() {}

    /** A tenant or a site. */
    static boolean isId(String name) {
        return ID.matcher(name).matches();
    }

    /** An owner or an entity: a path under the site. */
    static boolean isPath(String name) {
        return !name.isEmpty() && isText(name) && name.indexOf('|') < 0;
    }

    /** May be empty. */
    static boolean isText(String name) {
        return name.length() <= MAX_TEXT && name.chars().noneMatch(Character::isISOControl);
    }

    /** One line, whatever came in. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
        return line.toString();
    }
}
