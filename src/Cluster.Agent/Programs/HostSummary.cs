using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;

namespace Cluster.Agent.Programs;

/// <summary>Makes the status of a host from what an apply process knows.</summary>
internal static class HostSummary
{
    /// <summary>The status now.</summary>
    public static AgentStatus Of(HostState state, LocalFile local, bool running)
    {
        var membership = state.Membership;
        var assignment = state.Assignment?.Assignment;
        return new AgentStatus
        {
            AgentVersion = AgentVersion.Text,
            Running = running,
            Machine = membership?.MachineName,
            MachineId = membership?.MachineId,
            ClusterId = membership?.ClusterId,
            Generation = membership?.Generation ?? 0,
            Left = membership?.Left ?? false,
            Mode = assignment?.Observe switch { null => null, true => "observe", false => "enforce" },
            Assignment = assignment?.Number,
            Revision = assignment?.Revision,
            Epoch = assignment?.Epoch,
            TrustSet = state.Trust?.Content.Number,
            Problem = state.Problem.Length > 0 ? state.Problem : null,
            Hold = state.Hold,
            Connection = running ? state.Session : null,
            Services = [.. local.Services.Select(s => new ServiceSummary
            {
                Name = s.Name,
                Driver = s.Driver,
                Running = running ? state.IsRunning(s.Name) : null,
                Desired = state.Assignment?.PartOf(s.Name),
                Applying = state.IsApplying(s.Name),
                Record = state.Told(s.Name),
            })],
        };
    }

    /// <summary>What <c>check</c> ends with: something served is not what it must be (7), or differs (3).</summary>
    public static int CheckResult(AgentStatus status)
    {
        if (status.Problem is not null) return ExitCodes.Failure;
        if (status.Services.Any(s => s.Record.Drift.Any(d => d.Path == DriftFact.Probe))) return ExitCodes.VerificationFailed;
        return status.Services.Any(s => s.Record.Drift.Count > 0 || (s.Desired is not null && s.Desired != s.Record.Applied?.Part))
            ? ExitCodes.Differences
            : ExitCodes.Ok;
    }
}
