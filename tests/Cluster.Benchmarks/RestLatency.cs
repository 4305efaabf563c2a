using System.Diagnostics;
using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Testing.Authorities;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;

namespace Cluster.Benchmarks;

/// <summary>How long the main operations of REST take, one after the other, over one connection.</summary>
internal static class RestLatency
{
    private const int Repeats = 100;

    internal static async Task MeasureAsync(Report report, string name, string? database)
    {
        await using var own = await OwnDatabase.CreateAsync(database);
        await using var fleet = await Fleet.StartAsync(new ManagerStartOptions { Database = own?.ConnectionString });
        report.Section($"REST on {name}, {Repeats} calls each", "median | p99 | max");
        await RowAsync(report, "GET one setting", async _ => (await fleet.Rest.GetAsync(Fleet.At("trust"))).Expect(200));
        await RowAsync(
            report,
            "PUT one setting: revision and rollout",
            async n => (await fleet.Rest.PutAsync(Fleet.At($"destination-controls/d{n}.example.test"), Tls())).Expect(201));
        await RowAsync(
            report,
            "GET a page of 100 settings",
            async _ => (await fleet.Rest.GetAsync(Fleet.At("destination-controls?pageSize=100"))).Expect(200));
        await RowAsync(
            report,
            "change set: open, edit, validate, commit",
            async n => await fleet.CommitAsync(
                Edit.Put($"c{n}.example.test", new DestinationControl { Tls = DestinationTls.Required })));
        await RowAsync(
            report,
            "POST a certificate: EC key, self-signed, request",
            async n => await fleet.SelfSignedCertificateAsync($"c{n}", "mx.example.test"));
        var uploads = await SignedAsync(fleet);
        await RowAsync(report, "PUT a signed certificate with its intermediate", async n => await fleet.UploadAsync($"c{n}", uploads[n]));
        await RowAsync(
            report,
            "POST an import of PKCS#12",
            async n => (await fleet.Rest.PostAsync(Fleet.At($"certificates/i{n}/import"), Containers.Import())).Expect(201));
        await RowAsync(report, "POST a join token", async _ => await fleet.NewTokenAsync());
        await RowAsync(report, "GET machines", async _ => (await fleet.Rest.GetAsync(Fleet.At("machines"))).Expect(200));
        report.Row("resident memory of the manager afterwards", Report.Megabytes(Host.ResidentBytes(fleet.Manager.Pid)), "", "");
    }

    private static JsonObject Tls() => new() { ["tls"] = "required" };

    private static async Task<string[]> SignedAsync(Fleet fleet)
    {
        var uploads = new string[Repeats];
        for (var n = 0; n < Repeats; n++)
        {
            uploads[n] = await fleet.SignOpenRequestAsync($"c{n}");
        }

        return uploads;
    }

    private static async Task RowAsync(Report report, string what, Func<int, Task> call)
    {
        var samples = new Samples();
        for (var n = 0; n < Repeats; n++)
        {
            var watch = Stopwatch.StartNew();
            await call(n);
            samples.Add(watch.Elapsed);
        }

        report.Row(what, Report.Milliseconds(samples.Median), Report.Milliseconds(samples.P99), Report.Milliseconds(samples.Max));
    }
}
