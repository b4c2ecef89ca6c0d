package io.joulestream.storage;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The ids of names, as one connection knows them. Names that are new to the database are added, in sorted order and each
 * statement its own transaction, so that writers that meet the same new names neither fail nor wait for each other's
 * rows. A name never changes its id, so what was read once stays true.
 */
final class NameIds {
    /** Some hundred bytes each. When more are known all are forgotten, and read again as they are met. */
    private static final int MAX_KNOWN = 250_000;

    private record Site(String tenant, String site) {}

    private record Run(String tenant, String run) {}

    private record Channel(Site site, String entity, int metric) {}

    private final Names<Site> sites =
            new Names<>("site", "site_id", List.of(name("tenant", Site::tenant), name("site", Site::site)));
    private final Names<Run> runs =
            new Names<>("run", "run_key", List.of(name("tenant", Run::tenant), name("run", Run::run)));
    private final Names<Channel> channels = new Names<>(
            "channel",
            "channel_id",
            List.of(
                    new Column<>("site_id", "int4", channel -> sites.id(channel.site())),
                    name("entity", Channel::entity),
                    new Column<>("metric", "int4", Channel::metric)));

    private Site latestSite;

    void wantSite(String tenant, String site) {
        sites.want(site(tenant, site));
    }

    void wantRun(String tenant, String run) {
        runs.want(run(tenant, run));
    }

    void wantChannel(String tenant, String site, String entity, int metric) {
        Channel channel = channel(tenant, site, entity, metric);
        sites.want(channel.site());
        channels.want(channel);
    }

    /** Finds or makes the ids of all wanted names. On a connection in auto-commit. */
    void resolve(Connection connection) throws SQLException {
        sites.resolve(connection);
        runs.resolve(connection);
        channels.resolve(connection);
    }

    void wantNone() {
        sites.wanted.clear();
        runs.wanted.clear();
        channels.wanted.clear();
    }

    int siteId(String tenant, String site) {
        return sites.id(site(tenant, site));
    }

    int runKey(String tenant, String run) {
        return runs.id(run(tenant, run));
    }

    int channelId(String tenant, String site, String entity, int metric) {
        return channels.id(channel(tenant, site, entity, metric));
    }

    /** Rows of one site follow each other: the same object again is found without comparing its names. */
    private Site site(String tenant, String site) {
        Site known = latestSite;
        if (known == null || !known.site().equals(site) || !known.tenant().equals(tenant)) {
            known = new Site(bounded(tenant), bounded(site));
            latestSite = known;
        }
        return known;
    }

    private static Run run(String tenant, String run) {
        return new Run(bounded(tenant), bounded(run));
    }

    private Channel channel(String tenant, String site, String entity, int metric) {
        return new Channel(site(tenant, site), bounded(entity), metric);
    }

    /** What is asked for each row does not read the name; {@link Text#name} of it is what the database is given. */
    private static String bounded(String name) {
        return name.length() <= Text.MAX_NAME_CHARS ? name : Text.name(name);
    }

    private static <N> Column<N> name(String column, Function<N, String> name) {
        return new Column<>(column, "text", row -> Text.name(name.apply(row)));
    }

    private record Column<N>(String name, String type, Function<N, Object> value) {}

    /** The names of one table. */
    private static final class Names<N> {
        private final List<Column<N>> columns;
        private final String select;
        private final String insert;
        private final Map<N, Integer> known = new HashMap<>();
        private final Set<N> wanted = new LinkedHashSet<>();

        Names(String table, String id, List<Column<N>> columns) {
            this.columns = columns;
            String names = String.join(", ", columns.stream().map(Column::name).toList());
            String arrays = String.join(
                    ", ",
                    columns.stream().map(column -> "?::" + column.type() + "[]").toList());
            select = "select n.ordinal, t." + id + " from unnest(" + arrays + ") with ordinality as n (" + names
                    + ", ordinal) join " + table + " as t using (" + names + ")";
            insert = "insert into " + table + " (" + names + ") select " + names + " from unnest(" + arrays + ") as n ("
                    + names + ") order by " + names + " on conflict do nothing";
        }

        void want(N name) {
            wanted.add(name);
        }

        int id(N name) {
            return known.get(name);
        }

        void resolve(Connection connection) throws SQLException {
            if (known.size() > MAX_KNOWN) {
                known.clear();
            }
            read(connection);
            List<N> missing = missing();
            if (!missing.isEmpty()) {
                try (PreparedStatement statement = connection.prepareStatement(insert)) {
                    bind(connection, statement, missing);
                    statement.executeUpdate();
                }
                read(connection);
            }
        }

        private void read(Connection connection) throws SQLException {
            List<N> missing = missing();
            if (missing.isEmpty()) {
                return;
            }
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                bind(connection, statement, missing);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        known.put(missing.get(Math.toIntExact(result.getLong(1)) - 1), result.getInt(2));
                    }
                }
            }
        }

        private List<N> missing() {
            return wanted.stream().filter(name -> !known.containsKey(name)).toList();
        }

        private void bind(Connection connection, PreparedStatement statement, List<N> names) throws SQLException {
            List<Array> arrays = new ArrayList<>();
            for (Column<N> column : columns) {
                Object[] values = names.stream().map(column.value()).toArray();
                arrays.add(connection.createArrayOf(column.type(), values));
            }
            for (int i = 0; i < arrays.size(); i++) {
                statement.setArray(i + 1, arrays.get(i));
            }
        }
    }
}
