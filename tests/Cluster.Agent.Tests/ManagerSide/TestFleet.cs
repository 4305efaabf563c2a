using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Tests.ManagerSide;

/// <summary>What the test manager knows of its one machine, and what it wants it to have.</summary>
public sealed class TestFleet(TestAuthority authority, string address)
{
    private readonly Lock gate = new();
    private readonly List<Channel<ManagerMessage>> streams = [];
    private readonly List<CancellationTokenSource> dropping = [];
    private ulong number;
    private ulong trustNumber = 1;

    public Guid ClusterId { get; } = Guid.Parse("0197a000-0000-7000-8000-000000000001");

    public Guid MachineId { get; } = Guid.Parse("0197a000-0000-7000-8000-000000000002");

    public string Token { get; set; } = "token-1";

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(30);

    public uint Generation { get; set; } = 1;

    public long RenewAfter { get; set; }

    public bool LoseNextJoinAnswer { get; set; }

    public bool LoseNextRenewAnswer { get; set; }

    public string RefuseSessionsWith { get; set; } = "";

    public bool Departed { get; set; }

    public bool RefuseKeys { get; set; }

    public bool CorruptContent { get; set; }

    public uint HeartbeatSeconds { get; set; } = 1;

    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<string, (byte[] Key, JoinResponse Answer)> Joined { get; } = new();

    public ConcurrentDictionary<string, RenewResponse> Renewed { get; } = new();

    public byte[] IdentityKey { get; set; } = [];

    public RejoinProof? LastProof { get; set; }

    public Dictionary<string, byte[]> Parts { get; } = [];

    public Dictionary<string, byte[]> Keys { get; } = [];

    public Offer? Wanted { get; private set; }

    public Hello? LastHello { get; set; }

    public StatusVector? Status { get; set; }

    public HeldAssignment? Held { get; set; }

    public ulong TrustNumberHeld { get; set; }

    public ulong OrdersDone { get; set; }

    public ConcurrentQueue<OfferRefusal> Refusals { get; } = new();

    public int Streams
    {
        get
        {
            lock (gate) return streams.Count;
        }
    }

    public SignedTrustSet TrustSet => authority.TrustSet(trustNumber, address);

    /// <summary>Wants the machine to have one part a service.</summary>
    public Offer Assign(IReadOnlyDictionary<string, ServicePart> parts, Action<Assignment>? change = null, bool send = true)
    {
        var bundle = new Bundle
        {
            SchemaVersion = 1,
            Parts = [
                .. parts.OrderBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => new BundlePart { Service = p.Key, Sha256 = Store(p.Value) })
            ]
        };
        var bytes = CanonicalJson.ToBytes(JsonSerializer.SerializeToUtf8Bytes(bundle, ContractsJson.Default.Bundle));
        var assignment = new Assignment
        {
            ClusterId = ClusterId.ToString("D"),
            MachineId = MachineId.ToString("D"),
            Generation = Generation,
            Epoch = 1,
            EpochId = "epoch-1",
            Number = ++number,
            Revision = number + 100,
            BundleSha256 = ByteString.CopyFrom(SHA256.HashData(bytes)),
        };
        change?.Invoke(assignment);
        var offer = new Offer { Assignment = authority.Sign(assignment), Bundle = ByteString.CopyFrom(bytes) };
        Wanted = offer;
        if (send) Send(new ManagerMessage { Offer = offer });
        return offer;
    }

    public void Send(ManagerMessage message)
    {
        lock (gate)
        {
            foreach (var stream in streams) stream.Writer.TryWrite(message);
        }
    }

    /// <summary>Orders services to restore what stood before the join for what no level defines any more.</summary>
    public void SendUnmanage(ulong id, params string[] services) =>
        Send(new ManagerMessage { Command = new Command { Id = id, Unmanage = { services } } });

    public void SendNewTrustSet()
    {
        trustNumber++;
        Send(new ManagerMessage { TrustSet = TrustSet });
    }

    public void SendRemoval(uint generation) =>
        Send(
            new ManagerMessage
            {
                Removal = authority.Sign(
                    new Removal { ClusterId = ClusterId.ToString("D"), MachineId = MachineId.ToString("D"), Generation = generation })
            });

    public void DropStreams()
    {
        lock (gate)
        {
            foreach (var drop in dropping) drop.Cancel();
        }
    }

    public IDisposable Open(Channel<ManagerMessage> stream, CancellationTokenSource drop)
    {
        lock (gate)
        {
            streams.Add(stream);
            dropping.Add(drop);
        }

        return new Closing(() =>
        {
            lock (gate)
            {
                streams.Remove(stream);
                dropping.Remove(drop);
            }
        });
    }

    public ServiceStatus? Service(string name) => Status?.Services.FirstOrDefault(s => s.Name == name);

    private string Store(ServicePart part)
    {
        var bytes = CanonicalJson.ToBytes(JsonSerializer.SerializeToUtf8Bytes(part, ContractsJson.Default.ServicePart));
        var sha256 = CanonicalJson.Sha256(bytes);
        Parts[sha256] = bytes;
        return sha256;
    }

    private sealed class Closing(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
