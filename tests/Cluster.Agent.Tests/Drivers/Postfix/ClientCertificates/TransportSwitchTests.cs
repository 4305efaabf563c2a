using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Switching;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.ClientCertificates;

/// <summary>No state between two renames has a route to a transport that is not there, or a transport without its certificate.</summary>
public sealed class TransportSwitchTests : IAsyncLifetime
{
    private static readonly string[] Domains = ["one.example.test", "two.example.test", "third.example.test"];
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = [] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_kill_between_any_two_renames_leaves_whole_routes_and_leads_back()
    {
        var before = Certified("first", "second", null);
        (await host.ApplyAsync(before)).Failure.ShouldBeNull();
        var was = (Text(host.MainCf), Text(host.MasterCf));
        for (var done = 0; done <= 3; done++)
        {
            // One goes, one stays, one comes.
            var staged = await host.Driver.StageAsync(Certified(null, "second", "fourth"), host.Parts, PostfixHost.Cancellation);
            staged.Failure.ShouldBeNull();
            var store = PostfixManifest.StoreAt(host.Postfix.ConfigDirectory);
            var manifest = store.Find(int.Parse(staged.Value!.Token, System.Globalization.CultureInfo.InvariantCulture))!;
            var switcher = new Switcher(host.Service, host.Postfix.ConfigDirectory, store);
            var steps = switcher.Forward(manifest).Value!;
            steps.Select(s => s.File).ShouldBe(["main.cf", "master.cf", "main.cf"]);
            foreach (var step in steps.Take(done))
            {
                switcher.Do(manifest.Number, step);
                await AreWhole($"after {done} renames");
            }

            foreach (var step in switcher.Backward(manifest)!)
            {
                switcher.Do(manifest.Number, step);
                await AreWhole($"on the way back from {done} renames");
            }

            await host.Driver.DiscardAsync(staged.Value.Token, PostfixHost.Cancellation);
            (Text(host.MainCf), Text(host.MasterCf)).ShouldBe(was);
        }
    }

    [Fact]
    public async Task The_running_Postfix_says_whether_a_domain_is_relayed_hosted_or_neither()
    {
        await host.Postfix.PostconfAsync("-e", $"relay_domains={Domains[1]}", $"mydestination={Domains[2]}");
        await host.Postfix.ReloadAsync();

        var applied = await host.ApplyAsync(Certified("first", "second", "third"));

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldHaveSingleItem().Message.ShouldContain("belongs to this host");
        var bases = PostfixManifest.StoreAt(host.Postfix.ConfigDirectory)
            .Find(int.Parse(applied.Staged.Token, System.Globalization.CultureInfo.InvariantCulture))!.Transports!.Values;
        bases.ShouldBe(["smtp", "relay"], ignoreOrder: true);
    }

    [Fact]
    public async Task Keys_are_readable_by_nobody_else()
    {
        (await host.ApplyAsync(Certified("first", null, null))).Failure.ShouldBeNull();

        var generations = Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen");
        var files = Directory.GetFiles(generations, "client_*.pem", SearchOption.AllDirectories);
        File.GetUnixFileMode(files.ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task AreWhole(string when)
    {
        var entries = MasterCf.Parse(Text(host.MasterCf)).Entries;
        var there = entries.Where(e => e.Service.StartsWith("cluster_", StringComparison.Ordinal)).ToList();
        var main = MainCf.Parse(Text(host.MainCf));
        there.ShouldAllBe(e => main.Find(e.Service + "_certificate") != null, when);
        var maps = (await host.Postfix.PostconfAsync("-hx", "transport_maps")).Trim();
        foreach (var domain in Domains)
        {
            string[] query = ["-c", host.Postfix.ConfigDirectory, "-q", domain, maps];
            var found = (await Command.RunAsync("/usr/sbin/postmap", query)).Output.Trim();
            if (found.Length > 0) there.ShouldContain(e => e.Service == found.TrimEnd(':'), $"{domain} {found} {when}");
        }
    }

    private static string Text(string file) => File.ReadAllText(file);

    private ServicePart Certified(params string?[] certificates)
    {
        var part = Parts.Empty;
        for (var i = 0; i < Domains.Length; i++)
        {
            var name = certificates[i];
            part = part.With(Domains[i], new DestinationControl { Tls = DestinationTls.Required, Certificate = name });
            if (name is null) continue;
            var certificate = host.Parts.Certificate($"{name}.test");
            part = part with { Certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [name] = certificate } };
        }

        return part;
    }
}
