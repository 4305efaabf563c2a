using Cluster.Client;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>Only PEM files differ: no scratch instance tries them.</summary>
public sealed class PemOnly : MortalAgentHost
{
    protected override int PassOf(string step) => 1;

    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync() =>
        new Dictionary<string, SmtpSight> { ["mx"] = Mx(await Fleet.RenewAsync("mx")) };
}

/// <summary>Parameters differ, and a scratch instance tries them first.</summary>
public sealed class ParametersChanged : MortalAgentHost
{
    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync() =>
        new Dictionary<string, SmtpSight> { ["mx"] = Mx(await Fleet.RenewWithAsync("mx", Flip())) };
}

/// <summary>A listener comes or goes in master.cf, and the map of outbound policies changes.</summary>
public sealed class LinesAndMapsChanged : MortalAgentHost
{
    private bool innerIsThere = true;

    protected override PostfixOptions[] Instances => [Administered("postfix", "mx", "inner")];

    protected override Func<ClusterResources, Task>[] FirstSettings =>
        [
            .. base.FirstSettings,
            Edit.Put("inner", Fleet.Listener("mx", "tls-preferred")),
            Outbound,
        ];

    private Func<ClusterResources, Task> Outbound => Edit.Put(
        "partner.example.test", new DestinationControl { Tls = innerIsThere ? DestinationTls.Preferred : DestinationTls.Required });

    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync()
    {
        innerIsThere = !innerIsThere;
        var main = new LevelName(LevelKind.Group, "main");
        var inner = innerIsThere ? Edit.Put("inner", Fleet.Listener("mx", "tls-preferred"), main) : Edit.Hide<Listener>("inner", main);
        var serial = await Fleet.RenewWithAsync("mx", inner, Outbound);
        return new Dictionary<string, SmtpSight>
        {
            ["mx"] = Mx(serial),
            ["inner"] = innerIsThere ? new SmtpSight("preferred", serial) : SmtpSight.WithoutTls,
        };
    }

    protected override async Task ProveAsync(IReadOnlyDictionary<string, SmtpSight> wanted)
    {
        var map = (await Host.Postfix.PostconfAsync("-hx", "smtp_tls_policy_maps")).Trim();
        var row = (await Command.RunAsync(
            "/usr/sbin/postmap", ["-c", Host.Postfix.ConfigDirectory, "-q", "partner.example.test", map])).Ok().Output;
        row.ShouldStartWith(innerIsThere ? "may" : "encrypt");
    }
}

/// <summary>Two instances on one host: the agent is killed when the first is done and the second is under way.</summary>
public sealed class TwoInstances : MortalAgentHost
{
    protected override PostfixOptions[] Instances => [Administered("first", "mx"), Administered("second", "inner")];

    protected override Func<ClusterResources, Task>[] FirstSettings =>
        [.. base.FirstSettings, Edit.Put("inner", Fleet.Listener("mx", "tls-preferred"))];

    // At the second service. Only its certificate changes, so it has no scratch instance: the third main.cf is its own.
    protected override int PassOf(string step) => step switch
    {
        FailpointNames.AssignmentStored => 1,
        MainCfWritten => 3,
        _ => 2,
    };

    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync()
    {
        var serial = await Fleet.RenewWithAsync("mx", Flip());
        return new Dictionary<string, SmtpSight> { ["mx"] = Mx(serial), ["inner"] = new("preferred", serial) };
    }
}

/// <summary>Postfix was stopped before the push: it stays stopped, and is proven when its administrator starts it.</summary>
public sealed class StoppedBefore : MortalAgentHost
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (Testing.Processes.Host.WhyNoPostfix.Length > 0) return;
        await Host.Postfix.StopAsync();
        await Twin.Postfix.StopAsync();
    }

    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync() =>
        new Dictionary<string, SmtpSight> { ["mx"] = Mx(await Fleet.RenewWithAsync("mx", Flip())) };

    protected override Task<SmtpSight> SeeAsync(PostfixInstance service, string listener) => service.StoredAsync(listener);

    protected override async Task ProveAsync(IReadOnlyDictionary<string, SmtpSight> wanted)
    {
        Host.Postfix.MasterPid.ShouldBe(0, "the agent never starts what was down");
        await Task.WhenAll(StartsProvenAndStopsAsync(Host), StartsProvenAndStopsAsync(Twin));

        async Task StartsProvenAndStopsAsync(FleetHost host)
        {
            await host.Postfix.StartAsync();
            await Fleet.MachineBecomesAsync(
                host.Name, m => FleetHost.Service(m).Verified?.Method == VerificationMethod.Wire, "is proven");
            (await SmtpProbe.SightAsync(host.Postfix.Port)).ShouldBe(wanted["mx"]);
            await host.Postfix.StopAsync();
        }
    }
}

/// <summary>
/// The master of Postfix is frozen while the change is applied: a reload succeeds and the old certificate is still served, so
/// that the change is undone.
/// </summary>
public sealed class ReloadWithoutEffect : MortalAgentHost
{
    private int frozen;

    protected override async Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync()
    {
        frozen = Host.Postfix.MasterPid;
        Testing.Processes.Host.Freeze(frozen);
        return new Dictionary<string, SmtpSight> { ["mx"] = Mx(await Fleet.RenewAsync("mx")) };
    }

    protected override void AfterKill() => Testing.Processes.Host.Thaw(frozen);

    // What was undone is whole the old one again, and held back until somebody asks for it.
    protected override async Task GoesOnAsync(string step, string before)
    {
        if (step is FailpointNames.ApplyRestoring or FailpointNames.ApplyRestored)
        {
            var journal = Path.Combine(Host.Agent.StateDirectory, "apply", "journal");
            await Eventually.Is(() => Directory.GetFileSystemEntries(journal).Length == 0, "the journal of the restore ends");
            HostPicture.OfPostfix(Host).ShouldBe(before);
        }

        await Host.ConnectedAsync();
        await Fleet.Cluster.Machines.RetryAsync("gw1");
    }
}
