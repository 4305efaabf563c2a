using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Good changes on a running Postfix.</summary>
public sealed class ApplyTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions
    {
        Listeners = ["mx", "sub"],
        MainCf = [
            "# kept",
            "smtpd_banner = $myhostname",
            "smtpd_tls_exclude_ciphers = RC4",
            "message_size_limit =",
            "    20480000",
            "smtp_tls_security_level = may"
        ],
    });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_and_required_TLS_are_applied_and_proven_on_the_wire()
    {
        var before = await File.ReadAllTextAsync(host.MainCf, PostfixHost.Cancellation);
        var certificate = host.Parts.Certificate("mx.example.test");
        var applied = await host.ApplyAsync(Parts.Mx(PolicyTls.Required, certificate));

        applied.Failure.ShouldBeNull();
        applied.Proof!.Method.ShouldBe(VerificationMethod.Wire);
        var evidence = applied.Proof.Endpoints.ShouldHaveSingleItem();
        evidence.LeafSha256.ShouldBe(certificate.Sha256);
        evidence.SerialNumber.ShouldBe(await SmtpProbe.SerialAsync(host.Postfix.Port));
        (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Ports["sub"])).ShouldBeFalse();
        await AdministratorsLinesAreKept(before);
        Directory.GetDirectories(Path.Combine(host.Postfix.ConfigDirectory, "cluster")).Select(Path.GetFileName).ShouldBe(["gen"]);
        File.GetUnixFileMode(Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1"))
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1/listener_6d78.pem"))
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Postfix_does_not_wait_for_files_that_look_half_written()
    {
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();

        string[] read = [host.MainCf, Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1/listener_6d78.pem")];
        foreach (var file in read)
        {
            // When the file system changed it last, and when it says that it was written.
            var times = (await Command.RunAsync("/usr/bin/stat", ["-c", "%Z %Y", file])).Output.Split(' ').Select(long.Parse).ToArray();
            (times[0] - times[1]).ShouldBeGreaterThan(1, "Postfix rereads younger files every 0.3 s");
        }
    }

    [Fact]
    public async Task Equal_settings_write_nothing_and_reload_nothing()
    {
        var part =
            Parts.Mx(PolicyTls.Preferred, host.Parts.Certificate("mx.example.test")).WithDestination("a.example", DestinationTls.Required);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        var (files, reloads) = (host.Postfix.Snapshot(), host.Postfix.Reloads);

        host.NewDriver();
        var again = await host.ApplyAsync(part);
        again.Failure.ShouldBeNull();
        again.Staged!.Changed.ShouldBeFalse();
        host.Postfix.Snapshot().ShouldBe(files);
        host.Postfix.Reloads.ShouldBe(reloads);
    }

    [Fact]
    public async Task A_new_certificate_alone_needs_no_preflight()
    {
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        host.Runner.Lines.Clear();
        var next = host.Parts.Certificate("mx.example.test");
        var applied = await host.ApplyAsync(Parts.Mx(PolicyTls.Required, next));
        applied.Failure.ShouldBeNull();
        applied.Proof!.Endpoints[0].LeafSha256.ShouldBe(next.Sha256);
        host.Runner.Lines.ShouldNotContain(l => l.EndsWith(" start", StringComparison.Ordinal));
        host.Runner.Lines.Count(l => l.EndsWith(" reload", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Levels_go_from_off_over_preferred_to_required_and_back()
    {
        var certificate = host.Parts.Certificate("mx.example.test");
        foreach (var tls in new[] { PolicyTls.Off, PolicyTls.Preferred, PolicyTls.Required, PolicyTls.Off })
        {
            var applied = await host.ApplyAsync(Parts.Mx(tls, certificate));
            applied.Failure.ShouldBeNull();
            (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port)).ShouldBe(tls != PolicyTls.Off);
            (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith(tls == PolicyTls.Required ? "530" : "250");
        }
    }

    [Fact]
    public async Task What_no_level_defines_stays_until_it_is_hidden_or_unmanaged()
    {
        var (main, master) = (
            await File.ReadAllBytesAsync(host.MainCf, PostfixHost.Cancellation),
            await File.ReadAllBytesAsync(host.MasterCf, PostfixHost.Cancellation));
        var (mx, sub) = (host.Parts.Certificate("mx.example.test"), host.Parts.Certificate("sub.example.test"));
        var both = Parts.Mx(PolicyTls.Required, mx)
            .WithListener("sub", PolicyTls.Preferred, sub)
            .WithDestination("a.example", DestinationTls.Required);
        (await host.ApplyAsync(both)).Failure.ShouldBeNull();

        host.Parts.Forget(sub);
        var without = await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, mx));
        without.Failure.ShouldBeNull();
        without.Staged!.Warnings.ShouldContain(w => w.StartsWith("orphaned listeners/sub", StringComparison.Ordinal));
        without.Staged.Warnings.ShouldContain(w => w.StartsWith("orphaned destination-controls/a.example", StringComparison.Ordinal));
        (await SmtpProbe.ServedAsync(host.Postfix.Ports["sub"])).RawData.ShouldBe(Convert.FromBase64String(sub.Chain[0]));

        (await host.ApplyAsync(Parts.Mx(PolicyTls.Preferred, mx) with { Hidden = ["listeners/sub"] })).Failure.ShouldBeNull();
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Ports["sub"])).ShouldBeFalse();
        (await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port)).ShouldBeTrue();

        (await host.UnmanageAsync()).Failure.ShouldBeNull();
        (await File.ReadAllBytesAsync(host.MainCf, PostfixHost.Cancellation)).ShouldBe(main);
        (await File.ReadAllBytesAsync(host.MasterCf, PostfixHost.Cancellation)).ShouldBe(master);
        Directory.Exists(Path.Combine(host.Postfix.ConfigDirectory, "cluster")).ShouldBeFalse();
        await Eventually.Is(async () => !await SmtpProbe.OffersStartTlsAsync(host.Postfix.Port), "TLS is off again");
    }

    [Fact]
    public async Task Observing_tells_the_difference_and_changes_nothing()
    {
        var before = host.Postfix.Snapshot();
        var certificate = host.Parts.Certificate("mx.example.test");
        host.Parts.Forget(certificate);
        var plan = await host.Driver.PlanAsync(
            Parts.Mx(PolicyTls.Required, certificate).WithDestination("a.example", DestinationTls.Required), PostfixHost.Cancellation);
        plan.Value.ShouldNotBeNull().ShouldContain("+cluster_6d78_level = encrypt");
        plan.Value.ShouldContain("-smtpd_tls_exclude_ciphers = RC4\n+smtpd_tls_exclude_ciphers = RC4, aNULL");
        plan.Value.ShouldContain("+a.example encrypt");
        plan.Value.ShouldContain($"certificate mx-cert: none -> {certificate.Sha256}");
        plan.Value.ShouldNotContain("PRIVATE");
        host.Postfix.Snapshot().ShouldBe(before);
    }

    [Fact]
    public async Task Hand_made_differences_are_drift()
    {
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        await File.AppendAllTextAsync(host.MainCf, "mynetworks_style = host\n", PostfixHost.Cancellation);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();

        await host.Postfix.PostconfAsync("-e", "cluster_6d78_level=may");
        var changed = (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldHaveSingleItem();
        changed.What.ShouldBe("is may, applied was encrypt");
        changed.Sides.ShouldBe(new DifferenceSides { Kind = "listeners", Name = "mx", Intended = "encrypt", OnDisk = "may" });
        await host.Postfix.PostconfAsync("-X", "cluster_gen");
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).Select(d => d.Path).ShouldContain($"{host.MainCf}#cluster_gen");
    }

    [Fact]
    public async Task Settings_that_somebody_took_out_of_main_cf_are_not_proven()
    {
        var part = Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test"));
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        await host.Postfix.PostconfAsync("-X", "cluster_gen");

        var failure = (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe("not-live");
        failure.Check.ShouldBe("probe");
        failure.Kind.ShouldBe(ApplyFailureKind.Final);
    }

    private async Task AdministratorsLinesAreKept(string before)
    {
        var after = await File.ReadAllLinesAsync(host.MainCf, PostfixHost.Cancellation);
        foreach (var line in before.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.StartsWith("smtpd_tls_exclude_ciphers", StringComparison.Ordinal)))
            after.ShouldContain(line);
        after.ShouldContain("smtpd_tls_exclude_ciphers = RC4, aNULL");
    }
}
