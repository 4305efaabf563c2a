using System.Diagnostics;
using System.Globalization;
using Cluster.Client;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;

namespace Cluster.Benchmarks;

/// <summary>
/// From the commit to what a real Postfix was proven to do, where a host has thousands of destination controls and a listener of a thousand
/// sender groups.
/// </summary>
internal static class SettingsOnAHost
{
    private const int Groups = 1_000;
    private const int SendersOfGroup = 10;
    private const int Repeats = 5;
    private const string Machine = "gw1";

    internal static async Task MeasureAsync(Report report, int controls)
    {
        report.Section(
            $"Commit → applied → verified on Postfix: {Number(controls)} destination controls, then {Number(Groups)} sender groups of "
                + $"{Number(Groups * SendersOfGroup)} senders besides, {Repeats} runs of each small change",
            "median | max");
        await using var fleet = await Fleet.StartAsync();
        var routes = Enumerable.Range(0, controls).ToDictionary(Domain, n => $"127.0.{n / 200}.{(n % 200) + 1}:25");
        var postfix = new PostfixOptions { Name = "postfix", Hostname = "gw1.example.test", Domains = ["example.test"], Routes = routes };
        await fleet.JoinAsync(Machine, instances: postfix);
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await CommitAsync(fleet, Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred));
        await CommitAsync(fleet, Edit.Put("must", new MailFlowPolicy { Tls = PolicyTls.Required }));

        var mode = (int n) => new DestinationControl { Tls = n % 2 == 0 ? DestinationTls.Required : DestinationTls.RequiredVerify };
        Func<ClusterResources, Task>[] all = [.. Enumerable.Range(0, controls).Select(n => Edit.Put(Domain(n), mode(n)))];
        await WriteAsync(report, $"{Number(controls)} destination controls at once", 1, _ => TimeAsync(fleet, all));
        await WriteAsync(
            report, "one destination control more", Repeats, n => TimeAsync(fleet, Edit.Put(Domain(controls + n), mode(n))));
        await WriteAsync(report, $"{Number(Groups)} sender groups at once", 1, _ => TimeAsync(fleet, ListenerOf(last: 0)));
        await WriteAsync(report, "another sender in one group", Repeats, n => TimeAsync(fleet, ListenerOf(last: n + 1)));
    }

    private static async Task WriteAsync(Report report, string what, int runs, Func<int, Task<TimeSpan>> run)
    {
        var samples = new Samples();
        for (var n = 0; n < runs; n++) samples.Add(await run(n));
        report.Row(what, Report.Seconds(samples.Median), Report.Seconds(samples.Max));
    }

    // Staging and validating are measured elsewhere: here a change is ready, and time runs from the commit.
    private static async Task<TimeSpan> TimeAsync(Fleet fleet, params Func<ClusterResources, Task>[] edits)
    {
        var change = await fleet.StageAsync(edits);
        var watch = Stopwatch.StartNew();
        await fleet.CommitStagedAsync(change);
        await VerifiedAsync(fleet);
        return watch.Elapsed;
    }

    private static async Task CommitAsync(Fleet fleet, params Func<ClusterResources, Task>[] edits)
    {
        await fleet.CommitAsync(edits);
        await VerifiedAsync(fleet);
    }

    private static async Task VerifiedAsync(Fleet fleet)
    {
        var revision = await fleet.RevisionAsync();
        await fleet.MachineBecomesAsync(Machine, machine => machine.Verified?.Revision >= revision, "is verified");
    }

    private static Func<ClusterResources, Task> ListenerOf(int last) => Edit.Put("mx", Fleet.Listener("mx", "tls-preferred") with
    {
        SenderGroups =
        [
            .. Enumerable.Range(0, Groups).Select(g => new SenderGroup
            {
                Name = $"g{g}",
                Senders = [.. Enumerable.Range(0, SendersOfGroup).Select(s => $"10.{g / 250}.{g % 250}.{s + (s == 9 ? last : 0)}")],
                Policy = g % 2 == 0 ? "must" : "tls-preferred",
            }),
        ],
    });

    private static string Domain(int number) => $"d{number}.example.test";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
