using Cluster.Contracts.Failpoints;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// A host whose agent is killed at a step while it is given a change. Each listener shows the old or the new state, whole;
/// afterwards the new one, without a restart of Postfix. In the end the host is in everything what its twin is, whose agent is
/// given the same and lives.
/// </summary>
public abstract class MortalAgentHost : ServingHost
{
    /// <summary>The new main.cf is written under its temporary name.</summary>
    internal const string MainCfWritten = FailpointNames.FileWritten + ":main.cf";

    /// <summary>The new master.cf likewise.</summary>
    internal const string MasterCfWritten = FailpointNames.FileWritten + ":master.cf";

    private static readonly string[] StepsBeforeTheSwitch = [
        FailpointNames.AssignmentStored, FailpointNames.ApplyStaged, FailpointNames.ApplyJournaled, MainCfWritten
    ];
    private FleetHost? twin;

    /// <summary>The host whose agent lives.</summary>
    protected FleetHost Twin => twin!;

    protected override bool AgentWithFailpoints => true;

    internal async Task IsKilledAtAsync(string step)
    {
        Assert.SkipWhen(Testing.Processes.Host.WhyNoPostfix.Length > 0, Testing.Processes.Host.WhyNoPostfix);
        await Host.InSyncAsync();
        await IsAsItsTwinAsync();
        var old = await LookAsync();
        var untouched = Host.Services.Select(HostPicture.Live).ToList();
        var picture = HostPicture.OfPostfix(Host);
        var masters = Host.Services.Select(s => s.MasterPid).ToList();
        await Host.RestartAgentAsync($"{step}@{PassOf(step)}");

        IReadOnlyDictionary<string, SmtpSight> wanted;
        try
        {
            wanted = await ChangeAsync();
            await Host.Agent.KilledAsync();
        }
        finally
        {
            AfterKill();
        }

        await ShowsOneOfAsync(old, wanted);
        await TwinShowsAsync(wanted);
        HoldsWholeFiles(untouched, StepsBeforeTheSwitch.Contains(step));
        Host.Agent.Start();
        await GoesOnAsync(step, picture);
        await Host.InSyncAsync();
        await ShowsOneOfAsync(wanted);
        Host.Services.Select(s => s.MasterPid).ShouldBe(masters, "Postfix is never restarted");
        await LeavesNothingBehindAsync();
        await ProveAsync(wanted);
    }

    /// <inheritdoc/>
    protected override async Task JoinOthersAsync() => twin = await Fleet.JoinAsync("twin", false, Instances);

    /// <summary>Commits a change as one revision; returns what each listener shall show.</summary>
    protected abstract Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync();

    /// <summary>
    /// The pass of a step at which the agent kills itself. The first main.cf and master.cf are those of the scratch instance.
    /// </summary>
    protected virtual int PassOf(string step) => step is MainCfWritten or MasterCfWritten ? 2 : 1;

    /// <summary>Runs when the agent is dead, or the test gave up.</summary>
    protected virtual void AfterKill()
    {
    }

    /// <summary>What the agent needs besides its start.</summary>
    /// <param name="step">Where it was killed.</param>
    /// <param name="before">Every file of Postfix before the change.</param>
    protected virtual Task GoesOnAsync(string step, string before) => Task.CompletedTask;

    /// <summary>More that must hold at the end.</summary>
    protected virtual Task ProveAsync(IReadOnlyDictionary<string, SmtpSight> wanted) => Task.CompletedTask;

    /// <summary>What a listener shows.</summary>
    protected virtual Task<SmtpSight> SeeAsync(PostfixInstance service, string listener) => SmtpProbe.SightAsync(service.Ports[listener]);

    /// <summary>Listener mx with its policy of now.</summary>
    protected SmtpSight Mx(string serial) => new(Policy["tls-".Length..], serial);

    private IEnumerable<(PostfixInstance Service, string Listener)> Listeners =>
        Host.Services.SelectMany(s => s.Ports.Keys.Select(l => (s, l)));

    private async Task<Dictionary<string, SmtpSight>> LookAsync()
    {
        var sights = new Dictionary<string, SmtpSight>();
        foreach (var (service, listener) in Listeners) sights[listener] = await SeeAsync(service, listener);
        return sights;
    }

    private async Task ShowsOneOfAsync(params IReadOnlyDictionary<string, SmtpSight>[] states)
    {
        foreach (var (service, listener) in Listeners)
        {
            var allowed = states.Select(s => s[listener]).ToArray();
            (await service.StoredAsync(listener)).ShouldBeOneOf(allowed);
            for (var look = 0; look < 3; look++) (await SeeAsync(service, listener)).ShouldBeOneOf(allowed);
        }
    }

    private async Task TwinShowsAsync(IReadOnlyDictionary<string, SmtpSight> wanted)
    {
        foreach (var service in Twin.Services)
        {
            foreach (var listener in service.Ports.Keys)
                await Eventually.Is(async () => await SeeAsync(service, listener) == wanted[listener], $"{listener} of the twin is new");
        }

        await Twin.InSyncAsync();
    }

    // Between kill and start: each file is wholly the old or the new one, or the one in between that defines both.
    private void HoldsWholeFiles(List<(string Main, string Master)> untouched, bool nothingIsSwitched)
    {
        for (var i = 0; i < untouched.Count; i++)
        {
            var (main, master) = HostPicture.Live(Host.Services[i]);
            var (newMain, newMaster) = HostPicture.Live(Twin.Services[i]);
            if (nothingIsSwitched && i == untouched.Count - 1) (main, master).ShouldBe(untouched[i]);
            main.ShouldBeOneOf(untouched[i].Main, newMain, HostPicture.Between(Twin.Services[i]) ?? newMain);
            master.ShouldBeOneOf(untouched[i].Master, newMaster);
        }
    }

    private async Task LeavesNothingBehindAsync()
    {
        await IsAsItsTwinAsync();
        foreach (var service in Host.Services)
        {
            (await service.PostfixAsync("check")).Ok();
            (await service.StrayLinesAsync()).ShouldBeEmpty();
            var files = Directory.GetFileSystemEntries(service.ConfigDirectory).Select(Path.GetFileName);
            files.ShouldBe(["cluster", "main.cf", "master.cf", "transport"], ignoreOrder: true);
            var live = (await service.PostconfAsync("-hx", "cluster_gen")).Trim();
            Directory.GetDirectories(Path.Combine(service.ConfigDirectory, "cluster", "gen"))
                .ShouldBe([live], "the keys of other generations are gone");
        }
    }

    // What an agent cleans up, and its status, come a moment after the service is in sync.
    private async Task IsAsItsTwinAsync()
    {
        var (mine, its) = ("", "");
        try
        {
            await Eventually.Is(
                async () => (mine = await PictureAsync(Host)) == (its = await PictureAsync(Twin)), "the host is as its twin");
        }
        catch (TestGaveUpException)
        {
            mine.Split('\n').Except(its.Split('\n')).ShouldBeEmpty("its twin has nothing else");
            its.Split('\n').Except(mine.Split('\n')).ShouldBeEmpty("its twin has not more");
            mine.ShouldBe(its);
        }
    }

    private async Task<string> PictureAsync(FleetHost host) =>
        HostPicture.Of(host, (await Fleet.Rest.GetAsync(Fleet.At($"machines/{host.Name}"))).Expect(200).Json);
}
