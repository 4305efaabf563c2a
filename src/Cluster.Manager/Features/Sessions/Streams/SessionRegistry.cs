using System.Collections.Concurrent;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>The streams that are open on this manager: at most one a machine.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<Guid, AgentConnection> open = new();

    /// <summary>Open streams.</summary>
    public IReadOnlyCollection<AgentConnection> All => [.. open.Values];

    /// <summary>Number of open streams.</summary>
    public int Count => open.Count;

    /// <summary>True once the manager is going down: no new streams.</summary>
    public bool Draining { get; private set; }

    /// <summary>Finds the stream of a machine.</summary>
    public AgentConnection? Find(Guid machineId) => open.GetValueOrDefault(machineId);

    /// <summary>Adds a stream and fences the older one, whichever of the two it is: they come here in any order.</summary>
    public void Add(AgentConnection connection)
    {
        while (true)
        {
            if (open.TryAdd(connection.Machine.MachineId, connection)) return;
            if (!open.TryGetValue(connection.Machine.MachineId, out var older)) continue;
            if (older.StreamNumber > connection.StreamNumber)
            {
                connection.End(ConnectionEnd.Fenced);
                return;
            }

            if (!open.TryUpdate(connection.Machine.MachineId, connection, older)) continue;
            older.End(ConnectionEnd.Fenced);
            return;
        }
    }

    /// <summary>Takes out a stream that ended, unless a newer one has its place.</summary>
    public void Remove(AgentConnection connection) => open.TryRemove(new(connection.Machine.MachineId, connection));

    /// <summary>Asks every agent to connect elsewhere, or again in a while.</summary>
    public void DrainAll(uint retryAfterSeconds)
    {
        Draining = true;
        foreach (var connection in open.Values) connection.End(ConnectionEnd.Drain(retryAfterSeconds));
    }
}
