using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Agent.Drivers.Postfix.Preflight;
using Cluster.Agent.Drivers.Postfix.Switching;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>
/// Each state between two renames is whole: a kill there, followed by a reload or a reboot, leaves no listener without its pair
/// or level.
/// </summary>
public sealed class SwitchTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_kill_between_any_two_renames_leaves_old_or_new_whole_and_both_ways_lead_out()
    {
        var (old, other, next) = (
            host.Parts.Certificate("mx.example.test"),
            host.Parts.Certificate("sub.example.test"),
            host.Parts.Certificate("mx.example.test"));
        var before = Parts.Mx(PolicyTls.Required, old).WithListener("sub", PolicyTls.Required, other);
        var after = Parts.Mx(PolicyTls.Required, next) with { Hidden = ["listeners/sub"] };
        (await host.ApplyAsync(before)).Failure.ShouldBeNull();

        for (var done = 0; done <= 3; done++)
        {
            var staged = await host.Driver.StageAsync(after, host.Parts, PostfixHost.Cancellation);
            staged.Failure.ShouldBeNull();
            var (store, manifest, switcher) = Reach(staged.Value!.Token);
            var steps = switcher.Forward(manifest).Value!;
            steps.Select(s => s.File).ShouldBe(["main.cf", "master.cf", "main.cf"]);
            foreach (var step in steps.Take(done)) switcher.Do(manifest.Number, step);

            await host.Postfix.ReloadAsync();
            await Eventually.Is(
                () => IsOneOf(host.Postfix.Port, done == 0 ? [old] : [next]), $"mx serves one whole pair after {done} renames");
            await Eventually.Is(
                async () => await IsOneOf(host.Postfix.Ports["sub"], [other]) == done < 2,
                $"sub serves its pair exactly until its line is gone ({done})");

            (await host.NewDriver().RestoreAsync(staged.Value.Token, PostfixHost.Cancellation)).ShouldBeNull();
            await host.Driver.DiscardAsync(staged.Value.Token, PostfixHost.Cancellation);
            (await host.Driver.ProveAsync(before, PostfixHost.Cancellation)).Failure.ShouldBeNull();
            (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        }

        var last = await host.Driver.StageAsync(after, host.Parts, PostfixHost.Cancellation);
        var reached = Reach(last.Value!.Token);
        reached.Switcher.Do(reached.Manifest.Number, reached.Switcher.Forward(reached.Manifest).Value![0]);
        var resumed = host.NewDriver();
        (await resumed.SwitchAsync(last.Value.Token, PostfixHost.Cancellation)).ShouldBeNull();
        (await resumed.ReloadAsync(last.Value.Token, PostfixHost.Cancellation)).ShouldBeNull();
        (await resumed.ProveAsync(after, PostfixHost.Cancellation)).Failure.ShouldBeNull();
        await resumed.CompleteAsync(last.Value.Token, PostfixHost.Cancellation);
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Ports["sub"])).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stopped_Postfix_stays_stopped_and_is_proven_when_it_runs()
    {
        await host.Postfix.StopAsync();
        var certificate = host.Parts.Certificate("mx.example.test");
        var part = Parts.Mx(PolicyTls.Required, certificate);
        var applied = await host.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Proof!.Method.ShouldBe(Contracts.Machines.VerificationMethod.Pending);
        host.Postfix.MasterPid.ShouldBe(0);
        (await host.Driver.IsRunningAsync(PostfixHost.Cancellation)).ShouldBeFalse();

        await host.Postfix.StartAsync();
        (await host.Driver.IsRunningAsync(PostfixHost.Cancellation)).ShouldBeTrue();
        var proof = await host.Driver.ProveAsync(part, PostfixHost.Cancellation);
        proof.Value.ShouldNotBeNull().Endpoints[0].LeafSha256.ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task A_listener_without_a_line_gets_one_and_loses_it_again()
    {
        var master = await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation);
        var lines = master.Split('\n').ToList();
        var at = lines.FindIndex(l => l.StartsWith($"127.0.0.1:{host.Postfix.Ports["sub"]} ", StringComparison.Ordinal));
        lines.RemoveRange(at, 2);
        var without = string.Join('\n', lines);
        await File.WriteAllTextAsync(host.MasterCf, without, PostfixHost.Cancellation);
        await host.Postfix.ReloadAsync();

        var certificate = host.Parts.Certificate("sub.example.test");
        (await host.ApplyAsync(Parts.Empty.WithListener("sub", PolicyTls.Required, certificate))).Failure.ShouldBeNull();
        (await SmtpProbe.ServedAsync(host.Postfix.Ports["sub"])).RawData.ShouldBe(Convert.FromBase64String(certificate.Chain[0]));
        (await host.ApplyAsync(Parts.Empty with { Hidden = ["listeners/sub"] })).Failure.ShouldBeNull();
        (await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation)).ShouldBe(without);
        await Eventually.Is(async () => !await SmtpProbe.GreetsAsync(host.Postfix.Ports["sub"]), "the listener is gone");
    }

    [Fact]
    public async Task A_second_instance_on_the_host_notices_nothing()
    {
        await using var second = await PostfixHost.StartAsync(new PostfixOptions { Name = "second" });
        var own = second.Parts.Certificate("second.example.test");
        (await second.ApplyAsync(Parts.Mx(PolicyTls.Preferred, own))).Failure.ShouldBeNull();
        var (files, reloads) = (second.Postfix.Snapshot(), second.Postfix.Reloads);

        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        second.Postfix.Snapshot().ShouldBe(files);
        second.Postfix.Reloads.ShouldBe(reloads);
        (await SmtpProbe.ServedAsync(second.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(own.Chain[0]));
    }

    [Fact]
    public async Task A_scratch_instance_of_a_killed_agent_is_ended_by_the_next_one()
    {
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        var root = Path.Combine(host.Postfix.ConfigDirectory, "cluster/scratch");
        var left = new ScratchInstance(new PostfixCommands(host.Runner), host.Postfix.ConfigDirectory, root);
        var (main, master) = (
            await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation),
            await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation));
        (await left.StartAsync(MainCf.Parse(main), MasterCf.Parse(master), [], PostfixHost.Cancellation)).ShouldBeNull();
        var pid = PidFile.LiveMaster(Path.Combine(root, "spool/pid/master.pid"));
        pid.ShouldNotBe(0);

        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        Cluster.Testing.Processes.Host.IsAlive(pid).ShouldBeFalse();
        Directory.Exists(root).ShouldBeFalse();
        host.Postfix.MasterPid.ShouldNotBe(0);
    }

    [Fact]
    public async Task A_listener_that_speaks_TLS_from_the_first_byte_is_tried_and_proven_that_way()
    {
        var master = await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            host.MasterCf, master.Replace(
                "syslog_name=postfix/sub\n",
                "syslog_name=postfix/sub -o smtpd_tls_wrappermode=yes\n",
                StringComparison.Ordinal), PostfixHost.Cancellation);
        var certificate = host.Parts.Certificate("sub.example.test");
        var applied = await host.ApplyAsync(Parts.Empty.WithListener("sub", PolicyTls.Required, certificate));
        applied.Failure.ShouldBeNull();
        applied.Proof!.Endpoints.ShouldHaveSingleItem().LeafSha256.ShouldBe(certificate.Sha256);
        (await SmtpProbe.GreetsAsync(host.Postfix.Ports["sub"])).ShouldBeFalse();
        var lowered = await host.ApplyAsync(Parts.Empty.WithListener("sub", PolicyTls.Preferred, certificate));
        lowered.Staged!.Refused.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            r => (r.Kind, r.Name, r.Code).ShouldBe((Listener.Kind, "sub", ApplyCodes.Unsupported)),
            r => r.Message.ShouldContain("smtpd_tls_wrappermode"));
        (await host.Postfix.PostconfAsync("-P")).ShouldContain("smtpd_tls_security_level = $cluster_");
    }

    private (GenerationStore<PostfixManifest> Store, PostfixManifest Manifest, Switcher Switcher) Reach(string token)
    {
        var store = PostfixManifest.StoreAt(host.Postfix.ConfigDirectory);
        return (store, store.Find(int.Parse(token))!, new Switcher(host.Service, host.Postfix.ConfigDirectory, store));
    }

    private static async Task<bool> IsOneOf(int port, PartCertificate[] certificates)
    {
        if (!await SmtpProbe.OffersStartTlsAsync(port)) return false;
        using var served = await SmtpProbe.ServedAsync(port);
        return certificates.Any(c => Convert.ToBase64String(served.RawData) == c.Chain[0])
            && (await SmtpProbe.MailInClearAsync(port)).StartsWith("530", StringComparison.Ordinal);
    }
}
