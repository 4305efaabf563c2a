using Cluster.Contracts.Machines;
using Cluster.Testing.Postfix;
using Cluster.Testing.Programs;

namespace Cluster.Testing.Fleets;

/// <summary>One host of a fleet: its Postfix instances and its agent.</summary>
public sealed class FleetHost(Fleet fleet, AgentProcess agent, IReadOnlyList<PostfixInstance> services) : IAsyncDisposable
{
    public AgentProcess Agent => agent;

    public string Name => agent.Name;

    public PostfixInstance Postfix => services[0];

    public IReadOnlyList<PostfixInstance> Services => services;

    public async Task JoinAsync() => (await agent.JoinAsync(fleet.Manager, await fleet.NewTokenAsync())).Ok();

    /// <summary>Waits until the manager holds its stream; says what the agent printed when it does not come.</summary>
    public async Task ConnectedAsync()
    {
        try
        {
            await fleet.MachineBecomesAsync(Name, m => m.State == MachineState.Connected, "is connected");
        }
        catch (TestGaveUpException e)
        {
            throw new TestGaveUpException($"{e.Message}\nThe agent:\n{agent.Output}\nThe manager:\n{fleet.Manager.Output}");
        }
    }

    /// <summary>Starts the agent again, with a step at which it kills itself or without.</summary>
    public async Task RestartAgentAsync(string? failpoint = null)
    {
        if (!agent.HasExited) await agent.StopAsync();
        agent.Start(failpoint);
        await ConnectedAsync();
    }

    /// <summary>Waits until every service is verified on the newest revision that the machine should have.</summary>
    public async Task<MachineShape> InSyncAsync()
    {
        try
        {
            return await fleet.MachineBecomesAsync(Name, m => m.InSync && m.State == MachineState.Connected, "is in sync");
        }
        catch (TestGaveUpException e)
        {
            throw new TestGaveUpException($"{e.Message}\nThe agent:\n{agent.Output}");
        }
    }

    /// <summary>Waits until a service reports a failed attempt, and returns its error.</summary>
    public async Task<ApplyErrorShape> FailureAsync(string? service = null)
    {
        var machine = await fleet.MachineBecomesAsync(Name, m => ErrorOf(m, service) is not null, "reports a failure");
        return ErrorOf(machine, service)!;
    }

    public static ServiceShape Service(MachineShape machine, string? name = null) =>
        machine.Services.Single(s => name is null || s.Name == name);

    /// <summary>Serial number of what a listener serves now, seen with code of the tests.</summary>
    public Task<string> SerialAsync(string? listener = null) =>
        SmtpProbe.SerialAsync(listener is null ? Postfix.Port : Postfix.Ports[listener]);

    /// <summary>
    /// Waits until a certificate is served; right after a commit the host is in sync with what it should have had before.
    /// </summary>
    public Task ServesAsync(string serial) =>
        Eventually.Is(async () => await SerialAsync() == serial, $"{Name} serves the certificate with serial number {serial}");

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    private static ApplyErrorShape? ErrorOf(MachineShape machine, string? service) =>
        machine.Services
            .Where(s => service is null || s.Name == service)
            .Select(s => s.Attempted?.Error)
            .FirstOrDefault(e => e is not null);
}
