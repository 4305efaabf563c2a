using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;

namespace Cluster.Benchmarks;

/// <summary>
/// A cluster with very many settings beside one without: one more setting, a page, a change set, what holds for a machine.
/// </summary>
internal static class ManySettings
{
    /// <summary>How many destination controls the goals speak of.</summary>
    internal const int Usual = 5_000;

    private const int Groups = 1_000;
    private const int SendersOfGroup = 10;
    private const int Batch = 100;
    private const int Repeats = 30;

    internal static async Task MeasureAsync(Report report, int controls)
    {
        report.Section(
            $"{Number(controls)} destination controls and {Number(Groups)} sender groups with {Number(Groups * SendersOfGroup)} senders, "
                + $"SQLite, {Repeats} calls each",
            "median | p99 | median of an empty cluster | ratio");
        var empty = await MeasureAsync(controls: 0);
        foreach (var (what, samples) in await MeasureAsync(controls))
        {
            report.Row(
                what,
                Report.Milliseconds(samples.Median),
                Report.Milliseconds(samples.P99),
                Report.Milliseconds(empty[what].Median),
                (samples.Median / empty[what].Median).ToString("0.0", CultureInfo.InvariantCulture));
        }
    }

    private static async Task<Dictionary<string, Samples>> MeasureAsync(int controls)
    {
        var groups = controls == 0 ? 1 : Groups;
        await using var fleet = await Fleet.StartAsync();
        (await fleet.Rest.PostAsync(Fleet.At("machines"), new JsonObject { ["name"] = "gw1" })).Expect(201);
        (await fleet.Rest.PutAsync(Fleet.At("mail-flow-policies/accept"), Tls("preferred"))).Expect(201);
        (await fleet.Rest.PutAsync(Fleet.At("listeners/mx"), ListenerOf(groups))).Expect(201);
        await LoadAsync(fleet, controls);
        return new Dictionary<string, Samples>
        {
            ["PUT one more destination control: revision and rollout"] = await SamplesAsync(
                async n => (await fleet.Rest.PutAsync(Fleet.At($"destination-controls/p{n}.example.test"), Tls("required"))).Expect(201)),
            ["PUT the listener with another sender"] = await SamplesAsync(
                async n => (await fleet.Rest.PutAsync(Fleet.At("listeners/mx"), ListenerOf(groups, n + 1))).Expect(200)),
            ["GET a page of 100 destination controls"] = await SamplesAsync(
                async _ => (await fleet.Rest.GetAsync(Fleet.At("destination-controls?pageSize=100"))).Expect(200)),
            ["GET the sender groups as text"] = await SamplesAsync(
                async _ => (await fleet.Rest.GetAsync(Fleet.At("listeners/mx/sender-groups"))).Expect(200)),
            ["GET what holds for a machine"] = await SamplesAsync(
                async _ => (await fleet.Rest.GetAsync(Fleet.At("machines/gw1/effective"))).Expect(200)),
            ["change set of one edit: validate"] = await ValidatedAsync(fleet),
            ["change set of one edit: commit"] = await CommittedAsync(fleet),
        };
    }

    private static async Task<Samples> ValidatedAsync(Fleet fleet)
    {
        var samples = new Samples();
        for (var n = 0; n < Repeats; n++)
        {
            var set = await StagedAsync(fleet, $"v{n}");
            await TimedAsync(samples, async () => (await fleet.Rest.PostAsync(Fleet.At($"change-sets/{set}/validate"))).Expect(200));
        }

        return samples;
    }

    private static async Task<Samples> CommittedAsync(Fleet fleet)
    {
        var samples = new Samples();
        for (var n = 0; n < Repeats; n++)
        {
            var set = await StagedAsync(fleet, $"c{n}");
            await TimedAsync(
                samples,
                async () => (await fleet.Rest.PostAsync(
                    Fleet.At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "one" })).Expect(201));
        }

        return samples;
    }

    private static async Task<Guid> StagedAsync(Fleet fleet, string name)
    {
        var set = await fleet.StageAsync();
        (await fleet.Rest.PutAsync(
            Fleet.At($"destination-controls/{name}.example.test"), Tls("required"), ("Change-Set", $"{set}"))).Expect(201);
        return set;
    }

    private static async Task LoadAsync(Fleet fleet, int controls)
    {
        for (var first = 0; first < controls; first += Batch)
        {
            var set = await fleet.StageAsync();
            for (var n = first; n < Math.Min(first + Batch, controls); n++)
            {
                (await fleet.Rest.PutAsync(
                    Fleet.At($"destination-controls/d{n:D5}.example.test"), Tls("required-verify"), ("Change-Set", $"{set}"))).Expect(201);
            }

            await fleet.CommitStagedAsync(set);
        }
    }

    private static JsonObject ListenerOf(int groups, int last = 0)
    {
        var listener = new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = "mx.example.test",
            Certificate = "demo",
            DefaultPolicy = "accept",
            SenderGroups =
            [
                .. Enumerable.Range(0, groups).Select(g => new SenderGroup
                {
                    Name = $"g{g}",
                    Senders = [.. Enumerable.Range(0, SendersOfGroup).Select(s => $"10.{g / 250}.{g % 250}.{s + (s == 9 ? last : 0)}")],
                    Policy = "accept",
                }),
            ],
        };
        return JsonSerializer.SerializeToNode(listener, ContractsJson.Default.Listener)!.AsObject();
    }

    private static async Task<Samples> SamplesAsync(Func<int, Task> call)
    {
        var samples = new Samples();
        for (var n = 0; n < Repeats; n++)
        {
            var number = n;
            await TimedAsync(samples, () => call(number));
        }

        return samples;
    }

    private static async Task TimedAsync(Samples samples, Func<Task> call)
    {
        var watch = Stopwatch.StartNew();
        await call();
        samples.Add(watch.Elapsed);
    }

    private static JsonObject Tls(string mode) => new() { ["tls"] = mode };

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
