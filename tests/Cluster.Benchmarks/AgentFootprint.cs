using System.Diagnostics;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;

namespace Cluster.Benchmarks;

/// <summary>What the agent costs a host.</summary>
internal static class AgentFootprint
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    internal static async Task MeasureAsync(Report report, int runs)
    {
        await using var fleet = await Fleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        await host.InSyncAsync();

        report.Section("The agent on a host", "figure");
        report.Row("size of the program", Report.Megabytes(new FileInfo(Builds.Agent).Length));
        report.Row("resident memory of `apply`, after a change", Report.Megabytes(Host.ResidentBytes(host.Agent.ApplyPid)));
        report.Row("resident memory of `session`, connected", Report.Megabytes(Host.ResidentBytes(host.Agent.SessionPid)));
        var (apply, session) = (host.Agent.ApplyPid, host.Agent.SessionPid);
        report.Row(
            "memory of both, pages that they share counted once",
            Report.Megabytes(Host.ProportionalBytes(apply) + Host.ProportionalBytes(session)));
        report.Row($"processor time of both, idle, share of one core over {Idle.TotalSeconds:0} s", await IdleShareAsync(apply, session));
        report.Row(
            $"start of `run` → stream open, both processes, median of {runs}",
            Report.Seconds((await StartsAsync(fleet, host, runs)).Median));
    }

    private static async Task<string> IdleShareAsync(int apply, int session)
    {
        var before = Host.ProcessorTime(apply) + Host.ProcessorTime(session);
        await Task.Delay(Idle);
        return FormattableString.Invariant($"{(Host.ProcessorTime(apply) + Host.ProcessorTime(session) - before) / Idle * 100:0.00} %");
    }

    private static async Task<Samples> StartsAsync(Fleet fleet, FleetHost host, int runs)
    {
        var samples = new Samples();
        for (var n = 0; n < runs; n++)
        {
            await host.Agent.StopAsync();
            await fleet.MachineBecomesAsync("gw1", m => m.State == MachineState.Offline, "is offline");
            var watch = Stopwatch.StartNew();
            host.Agent.Start();
            await Eventually.Is(async () => (await fleet.MachineAsync("gw1")).State == MachineState.Connected, "gw1 is connected");
            samples.Add(watch.Elapsed);
        }

        return samples;
    }
}
