using System.Diagnostics;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;

namespace Cluster.Benchmarks;

/// <summary>From the commit in REST to the handshake on a real Postfix, as REST reports it, checked from outside.</summary>
internal static class CommitToVerified
{
    internal static async Task MeasureAsync(Report report, int runs)
    {
        await using var fleet = await Fleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        await fleet.CommitAsync(Edit.Put("tls-required", new MailFlowPolicy { Tls = PolicyTls.Required }));
        await host.InSyncAsync();

        report.Section($"Commit → applied → verified on Postfix, {runs} runs each", "median | max");
        Write(report, "certificate renewed: PEM files only", await RepeatAsync(runs, _ => RenewedAsync(fleet, host)));
        Write(
            report,
            "TLS level of the listener: parameters, with scratch preflight",
            await RepeatAsync(runs, n => PolicyAsync(fleet, host, n)));
    }

    private static void Write(Report report, string what, Samples samples) =>
        report.Row(what, Report.Seconds(samples.Median), Report.Seconds(samples.Max));

    private static async Task<Samples> RepeatAsync(int runs, Func<int, Task<TimeSpan>> run)
    {
        var samples = new Samples();
        for (var n = 0; n < runs; n++)
        {
            samples.Add(await run(n));
        }

        return samples;
    }

    private static async Task<TimeSpan> RenewedAsync(Fleet fleet, FleetHost host)
    {
        await fleet.OpenRenewalAsync("mx");
        var upload = await fleet.SignOpenRequestAsync("mx");
        var watch = Stopwatch.StartNew();
        var serial = await fleet.UploadAsync("mx", upload);
        await VerifiedAsync(fleet);
        var time = watch.Elapsed;
        return await host.SerialAsync() == serial
            ? time
            : throw new InvalidOperationException("Reported as verified, but another certificate is served.");
    }

    private static async Task<TimeSpan> PolicyAsync(Fleet fleet, FleetHost host, int run)
    {
        var required = run % 2 == 0;
        var change = await fleet.StageAsync(Edit.Put("mx", Fleet.Listener("mx", required ? "tls-required" : "tls-preferred")));
        var watch = Stopwatch.StartNew();
        await fleet.CommitStagedAsync(change);
        await VerifiedAsync(fleet);
        var time = watch.Elapsed;
        return (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).StartsWith(required ? "530" : "250", StringComparison.Ordinal)
            ? time
            : throw new InvalidOperationException("Reported as verified, but the listener behaves otherwise.");
    }

    /// <summary>Waits for the revision, not for "in sync": the desired state moves a moment after the commit.</summary>
    private static async Task VerifiedAsync(Fleet fleet)
    {
        var revision = await fleet.RevisionAsync();
        await fleet.MachineBecomesAsync("gw1", machine => machine.Verified?.Revision >= revision, "is verified");
    }
}
