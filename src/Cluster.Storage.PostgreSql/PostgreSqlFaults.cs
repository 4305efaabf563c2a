using System.Net.Sockets;
using Cluster.Storage.Units;
using Npgsql;

namespace Cluster.Storage.PostgreSql;

/// <summary>What errors of PostgreSQL mean (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgreSqlFaults
{
    public static DatabaseFault Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is PostgresException answer) return Classify(answer.SqlState);
            if (e is NpgsqlException or SocketException or TimeoutException or EndOfStreamException) return DatabaseFault.StaleConnection;
        }

        return DatabaseFault.Other;
    }

    private static DatabaseFault Classify(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable =>
            DatabaseFault.LostRace,
        PostgresErrorCodes.UniqueViolation => DatabaseFault.NotUnique,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => DatabaseFault.StaleConnection,
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidCatalogName =>
            DatabaseFault.Unavailable,
        _ when state.StartsWith("08", StringComparison.Ordinal) => DatabaseFault.StaleConnection,
        // Authorization (28), resources (53), operator intervention (57) and system errors (58).
        _ when state[..2] is "28" or "53" or "57" or "58" => DatabaseFault.Unavailable,
        _ => DatabaseFault.Other,
    };
}
