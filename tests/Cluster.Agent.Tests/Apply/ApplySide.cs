using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Contracts.Bundles;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What the apply process keeps and decides, on files of a test's own, without processes and without software.</summary>
internal sealed class ApplySide : IDisposable
{
    private readonly TestDirectory? files;
    private readonly List<AgentMessage> sent = [];

    public ApplySide(bool joined = true, params string[] services)
        : this(new TestDirectory("apply-side"), joined, services)
    {
    }

    /// <summary>Another process on the files of one.</summary>
    public ApplySide(ApplySide other)
        : this(other.Directory, joined: false, ["mail"])
    {
    }

    /// <summary>With a real driver of the service <c>mail</c>.</summary>
    public ApplySide(IServiceDriver driver)
        : this(new TestDirectory("apply-side"), joined: true, [], driver)
    {
    }

    private ApplySide(TestDirectory files, bool joined, string[] services, IServiceDriver? real = null)
        : this(new StateDirectory(files["state"]), joined, services, real) => this.files = files;

    private ApplySide(StateDirectory directory, bool joined, string[] services, IServiceDriver? real = null)
    {
        Directory = directory;
        Directory.Prepare(sessionOwner: null);
        Store = new ApplyStore(Directory);
        Content = new ContentStore(Directory);
        var trust = new TrustStore(Directory.Apply, owner: null);
        if (joined)
        {
            Store.Save(Offers.Membership);
            trust.Save(Offers.Trust);
        }

        Drivers = (services.Length > 0 ? services : ["mail"]).ToDictionary(s => s, _ => new RecordingDriver());
        State = new HostState(Store, Drivers.ToDictionary(d => d.Key, d => real ?? d.Value));
        State.Load(trust);
        Inbox = new ManagerInbox(State, Content, trust, Clock, NullLogger.Instance);
        Inbox.Send += sent.Add;
        Inbox.Wake += () => Wakes++;
        Inbox.Ordered += _ => Ordered++;
        Inbox.Removed += () => Removed++;
        Reconciler = new Reconciler(
            State, Content, new ServiceSwitching(Store, Content, State, Clock, NullLogger.Instance), Clock, NullLogger.Instance);
    }

    public StateDirectory Directory { get; }

    public ApplyStore Store { get; }

    public ContentStore Content { get; }

    public HostState State { get; }

    public ManagerInbox Inbox { get; }

    public Reconciler Reconciler { get; }

    public Dictionary<string, RecordingDriver> Drivers { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public int Wakes { get; private set; }

    public int Ordered { get; private set; }

    public int Removed { get; private set; }

    /// <summary>What was said to the manager since this was asked last.</summary>
    public IReadOnlyList<AgentMessage> TakeSent()
    {
        AgentMessage[] taken = [.. sent];
        sent.Clear();
        return taken;
    }

    /// <summary>Makes a part that differs by its text, and stores it when it is to be here already.</summary>
    public (string Sha256, byte[] Bytes) Part(string text, bool here, bool repair = false)
    {
        var bytes = Offers.PartBytes(ServicePart.Empty("files") with { Hidden = [text], RepairDrift = repair ? true : null });
        var sha256 = Contracts.Json.CanonicalJson.Sha256(bytes);
        if (here) Content.SavePart(sha256, bytes);
        return (sha256, bytes);
    }

    public void Take(Offer offer) => Inbox.Take(new ManagerMessage { Offer = offer });

    public void Take(Content content) => Inbox.Take(new ManagerMessage { Content = content });

    /// <summary>Has the loop look once at every service, as after a check was asked for, or as when time passes.</summary>
    public async Task LookAsync(bool check)
    {
        using var ending = new CancellationTokenSource();
        var looks = 0;
        Reconciler.BeforeLook = () =>
        {
            if (++looks > 1) ending.Cancel();
        };
        var asked = check ? Reconciler.CheckAsync() : Task.CompletedTask;
        var loop = Reconciler.RunAsync(ending.Token);
        await asked;
        Reconciler.Wake();
        await loop;
    }

    public void Dispose()
    {
        Reconciler.Dispose();
        files?.Dispose();
    }

    public static ByteString FromHex(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
