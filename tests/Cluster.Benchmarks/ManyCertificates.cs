using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;

namespace Cluster.Benchmarks;

/// <summary>One cluster with very many certificates: findings cold and from the cache, pages, validation and commit.</summary>
internal static class ManyCertificates
{
    /// <summary>How many the goals speak of.</summary>
    internal const int Usual = 10_000;

    private const int Batch = 250;
    private const int Pages = 200;

    internal static async Task MeasureAsync(Report report, int count)
    {
        await using var fleet = await Fleet.StartAsync();
        using var authority = new TestCa("Many");
        (await fleet.Rest.PutAsync(
            Fleet.At("trusted-authorities/own"), new JsonObject { ["certificates"] = authority.Root.ToPem() })).Expect(201);
        await LoadAsync(fleet, authority, count);
        report.Section(
            $"{count.ToString("N0", CultureInfo.InvariantCulture)} certificates in one cluster, SQLite",
            "median | p99 | max | processor time of the manager, each");
        await fleet.Manager.KillAndRestartAsync();
        (await fleet.Rest.GetAsync("/clusters")).Expect(200);

        await RowAsync(
            fleet, report, "GET findings, first after the start: every certificate read and judged", 1, _ => Findings(fleet, ""));
        await RowAsync(fleet, report, "GET a page of 100 findings", Pages, _ => Findings(fleet, string.Empty));
        await RowAsync(
            fleet,
            report,
            "GET a page of 100 findings, each one behind the one before",
            Pages,
            _ => Findings(fleet, behind is null ? string.Empty : $"&pageToken={Uri.EscapeDataString(behind)}"));
        await RowAsync(
            fleet,
            report,
            "PUT one setting, then GET findings of the new revision from what is remembered",
            10,
            n => ChangeAndFindAsync(fleet, n));
        await RowAsync(fleet, report, "GET a page of 100 certificates", Pages, _ => Certificates(fleet, null));
        await RowAsync(fleet, report, "GET a page of 100 certificates at depth", Pages, _ => Certificates(fleet, deep));
        await RowAsync(
            fleet,
            report,
            "PUT one setting: revision and rollout",
            20,
            async n => (await fleet.Rest.PutAsync(
                Fleet.At($"destination-controls/p{n}.example.test"), new JsonObject { ["tls"] = "required" })).Expect(201));
        await RowAsync(
            fleet,
            report,
            "change set of one edit: open, edit, validate with all findings, commit",
            10,
            async n => await fleet.CommitAsync(
                Edit.Put($"c{n}.example.test", new DestinationControl { Tls = DestinationTls.Required })));
        report.Row("resident memory of the manager afterwards", Report.Megabytes(Host.ResidentBytes(fleet.Manager.Pid)), "", "", "");
    }

    private static string? behind;
    private static string? deep;

    private static async Task Findings(Fleet fleet, string query)
    {
        var page = (await fleet.Rest.GetAsync(Fleet.At($"findings?pageSize=100{query}"))).Expect(200).Json;
        behind = (string?)page["nextPageToken"];
    }

    private static async Task Certificates(Fleet fleet, string? token)
    {
        var after = token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}";
        var page = (await fleet.Rest.GetAsync(Fleet.At($"certificates?pageSize=100{after}"))).Expect(200).Json;
        deep = (string?)page["nextPageToken"] ?? deep;
    }

    private static async Task ChangeAndFindAsync(Fleet fleet, int n)
    {
        (await fleet.Rest.PutAsync(
            Fleet.At($"destination-controls/f{n}.example.test"), new JsonObject { ["tls"] = "required" })).Expect(201);
        await Findings(fleet, string.Empty);
    }

    private static async Task LoadAsync(Fleet fleet, TestCa authority, int count)
    {
        for (var first = 0; first < count; first += Batch)
        {
            var change = await fleet.StageAsync();
            for (var n = first; n < Math.Min(first + Batch, count); n++)
            {
                (await fleet.Rest.PostAsync(
                    Fleet.At($"certificates/c{n:D5}/import"), Import(authority, n), ("Change-Set", $"{change}"))).Expect(200, 201);
            }

            await fleet.CommitStagedAsync(change);
        }
    }

    private static JsonObject Import(TestCa authority, int n)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var pem = authority.PemFor(authority.IssueFor(key.Public, $"mx{n}.example.test"));
        return new JsonObject { ["data"] = pem, ["privateKey"] = PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8()) };
    }

    private static async Task RowAsync(Fleet fleet, Report report, string what, int repeats, Func<int, Task> call)
    {
        var samples = new Samples();
        var before = Processor(fleet);
        for (var n = 0; n < repeats; n++)
        {
            var watch = Stopwatch.StartNew();
            await call(n);
            samples.Add(watch.Elapsed);
        }

        var each = (Processor(fleet) - before) / repeats;
        report.Row(
            what,
            Report.Milliseconds(samples.Median),
            Report.Milliseconds(samples.P99),
            Report.Milliseconds(samples.Max),
            Report.Milliseconds(each.TotalMilliseconds));
    }

    // Other programs on the machine stretch the clock, not this.
    private static TimeSpan Processor(Fleet fleet)
    {
        using var process = Process.GetProcessById(fleet.Manager.Pid);
        return process.TotalProcessorTime;
    }
}
