using System.Security.Cryptography;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Apply;

/// <summary>Numbers states durably and keeps the newest one for whoever tells the manager.</summary>
internal sealed class StatusPublisher
{
    private readonly HostState state;
    private readonly ApplyStore store;
    private readonly Lock gate = new();
    private StatusRecord record;

    /// <summary>Goes on past the number that was stored last: on a full disk a higher one may have been told under other content.</summary>
    public StatusPublisher(HostState state, ApplyStore store)
    {
        this.state = state;
        this.store = store;
        record = store.Status() with { Sha256 = "" };
    }

    /// <summary>What the services announce; set once at start.</summary>
    public IReadOnlyList<ServiceAnnouncement> Announcements { get; set; } = [];

    /// <summary>The manager has stored this number: a host that lost its own goes on above it.</summary>
    public void Surpass(ulong stored)
    {
        lock (gate)
        {
            if (record.Sequence < stored) record = new StatusRecord(stored, "");
        }
    }

    /// <summary>The whole state with its number; a changed state gets the next one, stored before it is told.</summary>
    public Heartbeat Current()
    {
        var vector = StatusVectors.Of(state);
        lock (gate)
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(vector.ToByteArray()));
            if (sha256 != record.Sha256)
            {
                record = new StatusRecord(record.Sequence + 1, sha256);
                TrySave();
            }

            vector.Sequence = record.Sequence;
        }

        var whole = new Heartbeat { Status = vector, TrustSetNumber = state.Trust?.Content.Number ?? 0, OrdersDone = state.OrdersDone };
        if (state.Assignment is { } held) whole.Assignment = held.ToHeld();
        whole.Services.AddRange(Announcements);
        return whole;
    }

    private void TrySave()
    {
        try
        {
            store.Save(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full disk the number only grows in memory; after a restart the manager's own number is surpassed.
        }
    }
}
