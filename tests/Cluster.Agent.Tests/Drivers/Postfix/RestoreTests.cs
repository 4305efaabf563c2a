using System.Diagnostics;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>What fails after the switch is restored: the service serves the old state, whole, soon.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_pair_that_is_damaged_after_every_check_is_noticed_and_the_old_one_restored()
    {
        var old = await Established();
        OnReload(() => File.WriteAllText(Pem(2), File.ReadAllText(Pem(2)).Replace("A", "B", StringComparison.Ordinal)));
        await IsRestored(await TimedApply(host.Parts.Certificate("mx.example.test")), old);
    }

    [Fact]
    public async Task A_daemon_that_dies_and_is_throttled_comes_back()
    {
        var old = await Established();
        OnReload(
            () => File.WriteAllText(
                host.MainCf,
                File.ReadAllText(host.MainCf)
                    .Replace("cluster_6d78_level = encrypt", "cluster_6d78_level = mayb", StringComparison.Ordinal)));
        await IsRestored(await TimedApply(host.Parts.Certificate("mx.example.test")), old);
        host.Postfix.Log.ShouldContain("mayb");
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldContain("cluster_6d78_level = encrypt");
    }

    [Fact]
    public async Task A_daemon_that_dies_at_the_first_change_answers_again_long_before_Postfix_s_own_throttle_ends()
    {
        var theirs = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);
        OnReload(
            () => File.WriteAllText(
                host.MainCf,
                File.ReadAllText(host.MainCf)
                    .Replace("cluster_6d78_level = encrypt", "cluster_6d78_level = mayb", StringComparison.Ordinal)));
        var (applied, _) = await TimedApply(host.Parts.Certificate("mx.example.test"));
        applied.Failure.ShouldNotBeNull().Check.ShouldBe("probe");
        applied.NotRestored.ShouldBeNull();
        host.Postfix.Log.ShouldContain("mayb");
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(theirs);
        await Eventually.Is(() => SmtpProbe.GreetsAsync(host.Postfix.Port), "the listener of the administrator answers");
    }

    [Fact]
    public async Task A_restore_that_is_killed_while_the_short_throttle_still_stands_ends_with_the_administrator_s_files()
    {
        var theirs = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);
        var token = (await host.Driver.StageAsync(
            Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")), host.Parts, PostfixHost.Cancellation)).Value!.Token;
        (await host.Driver.SwitchAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        host.Runner.Before = line => line.EndsWith(" reload", StringComparison.Ordinal)
            ? throw new OperationCanceledException()
            : Task.FromResult<ProcessResult?>(null);
        await Should.ThrowAsync<OperationCanceledException>(() => host.Driver.RestoreAsync(token, PostfixHost.Cancellation));
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldContain("service_throttle_time = 1s");

        host.Runner.Before = _ => Task.FromResult<ProcessResult?>(null);
        (await host.NewDriver().RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(theirs);
        Directory.Exists(Generation(1)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_reload_that_does_nothing_leaves_the_old_certificate_and_is_noticed()
    {
        var old = await Established();
        host.Runner.Before = line => Task.FromResult(
            line.EndsWith(" reload", StringComparison.Ordinal) ? new ProcessResult(0, "", "") : null);
        var result = await TimedApply(host.Parts.Certificate("mx.example.test"));
        await IsRestored(result, old);
        result.Applied.Failure!.Message.ShouldContain("Another certificate is served");
    }

    [Fact]
    public async Task A_reload_that_hangs_ends_in_its_time_out()
    {
        var old = await Established();
        var hang = true;
        host.Runner.Instead = line =>
        {
            if (!hang || !line.EndsWith(" reload", StringComparison.Ordinal)) return null;
            hang = false;
            return ["/bin/sleep", "600"];
        };
        var result = await TimedApply(host.Parts.Certificate("mx.example.test"));
        result.Applied.Failure.ShouldNotBeNull().Code.ShouldBe("reload-timeout");
        result.Applied.Failure.Kind.ShouldBe(ApplyFailureKind.Transient);
        result.Applied.NotRestored.ShouldBeNull();
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(old.Chain[0]));
    }

    [Fact]
    public async Task An_edit_between_reading_and_switching_is_not_lost()
    {
        var certificate = host.Parts.Certificate("mx.example.test");
        var part = Parts.Mx(PolicyTls.Required, certificate);
        var staged = await host.Driver.StageAsync(part, host.Parts, PostfixHost.Cancellation);
        await File.AppendAllTextAsync(host.MainCf, "message_size_limit = 1234567\n", PostfixHost.Cancellation);
        var edited = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);

        var refused = await host.Driver.SwitchAsync(staged.Value!.Token, PostfixHost.Cancellation);
        refused.ShouldNotBeNull().Code.ShouldBe("files-changed");
        refused.Kind.ShouldBe(ApplyFailureKind.Transient);
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(edited);

        var (files, reloads) = (host.Postfix.Snapshot(), Reloads);
        for (var round =
            0; round < 2; round++) (await host.Driver.RestoreAsync(staged.Value.Token, PostfixHost.Cancellation)).ShouldBeNull();
        host.Postfix.Snapshot()
            .Where(f => !f.Key.Contains("cluster/", StringComparison.Ordinal))
            .ShouldBe(files.Where(f => !f.Key.Contains("cluster/", StringComparison.Ordinal)));
        Reloads.ShouldBe(reloads);
        Directory.Exists(Generation(1)).ShouldBeFalse();

        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        (await host.Postfix.PostconfAsync("-h", "message_size_limit")).Trim().ShouldBe("1234567");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_that_was_killed_after_its_renames_reloads_when_it_is_repeated_and_leaves_no_key_of_what_failed(bool edited)
    {
        var old = await Established();
        var token = (await host.Driver.StageAsync(
            Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")), host.Parts, PostfixHost.Cancellation)).Value!.Token;
        (await host.Driver.SwitchAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        (await host.Driver.ReloadAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        if (edited) await File.AppendAllTextAsync(host.MainCf, "message_size_limit = 1234567\n", PostfixHost.Cancellation);
        host.Runner.Before = line => line.EndsWith(" reload", StringComparison.Ordinal)
            ? throw new OperationCanceledException()
            : Task.FromResult<ProcessResult?>(null);
        await Should.ThrowAsync<OperationCanceledException>(() => host.Driver.RestoreAsync(token, PostfixHost.Cancellation));
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldContain($"cluster_gen = {Generation(1)}\n");
        File.Exists(Pem(2)).ShouldBeTrue();

        host.Runner.Before = _ => Task.FromResult<ProcessResult?>(null);
        var reloads = Reloads;
        (await host.NewDriver().RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        Reloads.ShouldBe(reloads + 1);
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(old.Chain[0]));
        Directory.Exists(Generation(2)).ShouldBeFalse();
        (await host.NewDriver().RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        Reloads.ShouldBe(reloads + 1);
        (await host.Driver.SwitchAsync(token, PostfixHost.Cancellation)).ShouldNotBeNull().Code.ShouldBe("staged-state-lost");
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("switched")]
    public async Task A_removal_of_what_failed_that_was_killed_is_finished_by_the_repeated_restore(string first)
    {
        var old = await Established();
        var token = (await host.Driver.StageAsync(
            Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")), host.Parts, PostfixHost.Cancellation)).Value!.Token;
        (await host.Driver.SwitchAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        var left = Directory.EnumerateFiles(Generation(2)).ToDictionary(f => f, File.ReadAllBytes);
        (await host.Driver.RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        Directory.CreateDirectory(Generation(2));
        foreach (var (file, content) in left.Where(
            f => Path.GetFileName(f.Key) != first)) await File.WriteAllBytesAsync(file, content, PostfixHost.Cancellation);

        (await host.NewDriver().RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
        Directory.Exists(Generation(2)).ShouldBeFalse();
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(old.Chain[0]));
    }

    [Fact]
    public async Task What_a_kill_left_staged_is_gone_with_the_next_attempt_also_when_that_is_refused()
    {
        await Established();
        (await host.Driver.StageAsync(
            Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")),
            host.Parts,
            PostfixHost.Cancellation)).Failure.ShouldBeNull();
        File.Exists(Pem(2)).ShouldBeTrue();
        var keyless = host.Parts.Certificate("mx.example.test");
        host.Parts.Forget(keyless);
        (await host.NewDriver().StageAsync(Parts.Mx(PolicyTls.Required, keyless), host.Parts, PostfixHost.Cancellation)).Failure
            .ShouldNotBeNull().Code
            .ShouldBe("key-missing");
        File.Exists(Pem(2)).ShouldBeFalse();
        File.Exists(Pem(1)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_edit_after_the_switch_survives_a_restore()
    {
        var old = await Established();
        OnReload(() =>
        {
            File.WriteAllText(Pem(2), "damaged");
            File.AppendAllText(host.MainCf, "message_size_limit = 1234567\n");
        });
        await IsRestored(await TimedApply(host.Parts.Certificate("mx.example.test")), old);
        (await host.Postfix.PostconfAsync("-h", "message_size_limit")).Trim().ShouldBe("1234567");
    }

    [Fact]
    public async Task A_main_cf_that_somebody_overwrote_is_brought_back_and_unmanaged_from_the_keys_on_disk()
    {
        var theirs = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);
        var certificate = await Established();
        var part = Parts.Mx(PolicyTls.Required, certificate);
        var staged = await host.Driver.StageAsync(Parts.Mx(PolicyTls.Preferred, certificate), host.Parts, PostfixHost.Cancellation);
        (await host.Driver.SwitchAsync(staged.Value!.Token, PostfixHost.Cancellation)).ShouldBeNull();
        await File.WriteAllTextAsync(host.MainCf, theirs, PostfixHost.Cancellation);
        (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull().Code.ShouldBe("not-live");
        await host.Driver.CompleteAsync(staged.Value.Token, PostfixHost.Cancellation);
        File.Exists(Pem(2)).ShouldBeTrue();

        (await host.Driver.StageUnmanageAsync(part, PostfixHost.Cancellation)).Failure.ShouldBeNull();
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        (await host.UnmanageAsync()).Failure.ShouldBeNull();
        (await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(theirs);
    }

    private int Reloads => host.Runner.Lines.Count(l => l.EndsWith(" reload", StringComparison.Ordinal));

    private string Generation(int number) => Path.Combine(host.Postfix.ConfigDirectory, $"cluster/gen/{number}");

    private string Pem(int generation) => Path.Combine(Generation(generation), "listener_6d78.pem");

    private async Task<Contracts.Bundles.PartCertificate> Established()
    {
        var old = host.Parts.Certificate("mx.example.test");
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, old))).Failure.ShouldBeNull();
        return old;
    }

    private void OnReload(Action once)
    {
        var done = false;
        host.Runner.Before = line =>
        {
            if (!done && line.EndsWith(" reload", StringComparison.Ordinal))
            {
                done = true;
                once();
            }

            return Task.FromResult<ProcessResult?>(null);
        };
    }

    private async Task<(Applied Applied, TimeSpan Took)> TimedApply(Contracts.Bundles.PartCertificate certificate)
    {
        var watch = Stopwatch.StartNew();
        return (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, certificate)), watch.Elapsed);
    }

    private async Task IsRestored((Applied Applied, TimeSpan Took) result, Contracts.Bundles.PartCertificate old)
    {
        result.Applied.Failure.ShouldNotBeNull().Check.ShouldBe("probe");
        result.Applied.NotRestored.ShouldBeNull();
        TestContext.Current.SendDiagnosticMessage($"failure and restore took {result.Took.TotalSeconds:0.0} s");
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(old.Chain[0]));
        (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
    }
}
