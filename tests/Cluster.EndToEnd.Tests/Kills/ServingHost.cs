using Cluster.Client;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>A fleet of one host that serves a signed certificate; each test of a class starts from it in sync, and leaves it so.</summary>
public abstract class ServingHost : IAsyncLifetime
{
    private Fleet? fleet;
    private FleetHost? host;

    internal Fleet Fleet => fleet!;

    internal FleetHost Host => host!;

    /// <summary>The policy of listener mx now.</summary>
    internal string Policy { get; private set; } = "tls-preferred";

    /// <summary>The one that a change gives it.</summary>
    internal string OtherPolicy => Policy == "tls-preferred" ? "tls-required" : "tls-preferred";

    protected virtual bool ManagerWithFailpoints => false;

    protected virtual bool AgentWithFailpoints => false;

    protected virtual PostfixOptions[] Instances => [Administered("postfix", "mx")];

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        // Where Postfix cannot run the first use says so.
        if (Testing.Processes.Host.WhyNoPostfix.Length > 0) return;
        fleet = await Fleet.StartAsync(new ManagerStartOptions { WithFailpoints = ManagerWithFailpoints });
        host = await fleet.JoinAsync("gw1", AgentWithFailpoints, Instances);
        await JoinOthersAsync();
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync([
            Edit.Put("tls-preferred", new MailFlowPolicy { Tls = PolicyTls.Preferred }),
            Edit.Put("tls-required", new MailFlowPolicy { Tls = PolicyTls.Required }),
            .. FirstSettings,
        ]));
        await host.InSyncAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (fleet is not null) await fleet.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Listener mx with the other policy.</summary>
    internal Func<ClusterResources, Task> Flip()
    {
        Policy = OtherPolicy;
        return Edit.Put("mx", Fleet.Listener("mx", Policy));
    }

    /// <summary>The host in sync, and the serial number that it serves.</summary>
    internal async Task<string> InSyncAsync()
    {
        Assert.SkipWhen(Testing.Processes.Host.WhyNoPostfix.Length > 0, Testing.Processes.Host.WhyNoPostfix);
        await Host.InSyncAsync();
        var serial = await Host.SerialAsync();
        serial.ShouldNotBeEmpty();
        return serial;
    }

    /// <summary>Lets further hosts join before the first revision.</summary>
    protected virtual Task JoinOthersAsync() => Task.CompletedTask;

    /// <summary>What the first revision holds besides the policies.</summary>
    protected virtual Func<ClusterResources, Task>[] FirstSettings => [Edit.Put("mx", Fleet.Listener("mx", Policy))];

    /// <summary>An instance with lines of an administrator's hand, as they must survive.</summary>
    protected static PostfixOptions Administered(string name, params string[] listeners) => new()
    {
        Name = name,
        Hostname = $"{name}.example.test",
        Listeners = listeners,
        MainCf = [
            "# by hand, do not lose", "message_size_limit =", "    20480000", "header_size_limit=99999", "smtpd_banner = $myhostname ESMTP"
        ],
    };
}

/// <summary>Neither manager nor agent is killed at a step.</summary>
public sealed class PlainServingHost : ServingHost;

/// <summary>Its manager can be killed at a step.</summary>
public sealed class ServingHostOfMortalManager : ServingHost
{
    protected override bool ManagerWithFailpoints => true;
}
