using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Agent.Enrollment;
using Cluster.Agent.Link;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Protocol.V1;

namespace Cluster.Agent.Session;

/// <summary>What outlives a single stream: identities, trust, the manager's clock, the last report.</summary>
internal sealed class SessionContext
{
    private static readonly TimeSpan LongestRenewalPause = TimeSpan.FromMinutes(5);
    private readonly TrustStore trustStore;
    private SessionReport report = new() { Connected = false };

    /// <summary>Makes it for one run of the process.</summary>
    public SessionContext(StateDirectory directory, LinkStream link, TimeProvider clock)
    {
        Link = link;
        Clock = clock;
        Identities = new IdentityStore(directory, owner: null);
        Renewing = new Renewing(Identities, clock);
        trustStore = new TrustStore(directory.Session, owner: null);
        BootId = Guid.CreateVersion7(clock.GetUtcNow()).ToString("D");
        RenewalJitter = RandomNumberGenerator.GetInt32(0, 1001) / 1000.0;
    }

    /// <summary>The apply process.</summary>
    public LinkStream Link { get; }

    public TimeProvider Clock { get; }

    public IdentityStore Identities { get; }

    /// <summary>How they are renewed.</summary>
    public Renewing Renewing { get; }

    /// <summary>Differs for every run of the process.</summary>
    public string BootId { get; }

    /// <summary>0 … 1: when within the jitter of the half-life this host renews.</summary>
    public double RenewalJitter { get; }

    /// <summary>The newest trust set; null until it was loaded.</summary>
    public TrustedSet? Trust { get; private set; }

    /// <summary>The manager's clock minus the host's.</summary>
    public TimeSpan ClockSkew { get; private set; }

    /// <summary>The manager's clock, as far as it is known.</summary>
    public DateTimeOffset ManagerNow => Clock.GetUtcNow() + ClockSkew;

    /// <summary>What the manager asked reconnects to spread over.</summary>
    public TimeSpan Spread { get; set; }

    /// <summary>Address that welcomed last; empty when none did.</summary>
    public string LastGood { get; private set; } = "";

    /// <summary>How long after a failed renewal it is tried again.</summary>
    public static TimeSpan RenewalPause => LongestRenewalPause * RandomNumberGenerator.GetInt32(20, 101) / 100;

    /// <summary>Reads the trust set.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public TrustedSet LoadTrust() =>
        Trust ??= trustStore.Load() ?? throw new DamagedStateException("The session's trust set is missing; join the host anew.");

    /// <summary>Takes a newer trust set; one that cannot be stored is taken when the manager sends it again.</summary>
    public void TakeTrust(SignedTrustSet offered)
    {
        try
        {
            Trust = trustStore.TakeNewer(LoadTrust(), offered);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The apply process reports the number that it has stored; the manager sends the set again.
        }
    }

    /// <summary>A manager has welcomed an identity: a renewed one replaces the old one now.</summary>
    public void Welcomed(Identity identity, string address, DateTimeOffset managerTime)
    {
        ClockSkew = managerTime - Clock.GetUtcNow();
        LastGood = address;
        report = report with { Generation = identity.Generation, IdentityExpires = identity.Leaf().NotAfter };
        Identities.PromoteNext(identity.Generation);
    }

    /// <summary>Tells the apply process how the connection stands.</summary>
    public async Task ReportAsync(Func<SessionReport, SessionReport> change)
    {
        report = change(report);
        await Link.WriteAsync(
            LinkFrameKind.Report, JsonSerializer.SerializeToUtf8Bytes(report, AgentJson.Default.SessionReport), CancellationToken.None);
    }

    /// <summary>
    /// Addresses in the order in which they are tried: the last good one, then those of the trust set, then the one of the join.
    /// </summary>
    public IReadOnlyList<string> Addresses(Identity identity)
    {
        IEnumerable<string> known = [.. LoadTrust().Content.ManagerAddresses, identity.JoinedAt];
        return [
            .. (LastGood.Length > 0 ? known.Prepend(LastGood) : known).Where(a => a.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)
        ];
    }
}
