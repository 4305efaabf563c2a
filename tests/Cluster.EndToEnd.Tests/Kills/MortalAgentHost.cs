using Cluster.Testing;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// A host whose agent is killed at a step while it is given a change. Each listener shows the old or the new state, whole; afterwards the new one,
/// without a restart of Postfix and without a lost line of its administrator.
/// </summary>
public abstract class MortalAgentHost : ServingHost
{
    protected override bool AgentWithFailpoints => true;

    internal async Task IsKilledAtAsync(string step)
    {
        Assert.SkipWhen(Testing.Processes.Host.WhyNoPostfix.Length > 0, Testing.Processes.Host.WhyNoPostfix);
        await Host.InSyncAsync();
        var old = await LookAsync();
        var masters = Host.Services.Select(s => s.MasterPid).ToList();
        await Host.RestartAgentAsync(FailpointFor(step));

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
        Host.Agent.Start();
        await GoesOnAsync();
        await Host.InSyncAsync();
        await ShowsOneOfAsync(wanted);
        Host.Services.Select(s => s.MasterPid).ShouldBe(masters, "Postfix is never restarted");
        await LeavesNothingBehindAsync();
        await ProveAsync(wanted);
    }

    /// <summary>Commits a change as one revision; returns what each listener shall show.</summary>
    protected abstract Task<IReadOnlyDictionary<string, SmtpSight>> ChangeAsync();

    /// <summary>The pass of a step at which the agent kills itself.</summary>
    protected virtual string FailpointFor(string step) => step;

    /// <summary>Runs when the agent is dead, or the test gave up.</summary>
    protected virtual void AfterKill()
    {
    }

    /// <summary>What the agent needs besides its start.</summary>
    protected virtual Task GoesOnAsync() => Task.CompletedTask;

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

    private async Task LeavesNothingBehindAsync()
    {
        var journal = Path.Combine(Host.Agent.StateDirectory, "apply", "journal");
        await Eventually.Is(() => !Directory.EnumerateFileSystemEntries(journal).Any(), "no journal stands");
        foreach (var service in Host.Services)
        {
            (await service.PostfixAsync("check")).Ok();
            (await service.LostLinesAsync()).ShouldBeEmpty();
        }
    }
}
