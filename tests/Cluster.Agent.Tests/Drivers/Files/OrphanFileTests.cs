using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Files;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>What no level defines any more stays on the disk until it is replaced, hidden or unmanaged.</summary>
public sealed class OrphanFileTests : IDisposable
{
    private readonly TestDirectory directory = new("files-driver");
    private readonly Parts parts = new();
    private readonly FilesDriver driver;

    public OrphanFileTests() => driver = new FilesDriver(
        new DriverContext(
            Service("mx", "sub"),
            directory.Path,
            TimeProvider.System,
            NullLogger.Instance), new FilesDriverOptions { ConfigDirectory = directory.Path });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Manifest => Path.Combine(directory.Path, "cluster/current/manifest.json");

    [Fact]
    public async Task A_certificate_whose_listener_is_gone_from_all_levels_stays_until_its_listener_is_hidden()
    {
        var (mx, sub) = (parts.Certificate("mx.example.test"), parts.Certificate("sub.example.test"));
        await AppliedAsync(Mx(mx).WithListener("sub", PolicyTls.Required, sub));
        var kept = Text("sub-cert");
        parts.Forget(sub);

        for (var round = 0; round < 2; round++)
        {
            var staged = await AppliedAsync(Mx(parts.Certificate("mx.example.test")));
            staged.Warnings.ShouldHaveSingleItem().ShouldStartWith("orphaned listeners/sub");
            Text("sub-cert").ShouldBe(kept);
        }

        var hidden = Mx(mx) with { Hidden = ["listeners/sub"] };
        (await driver.PlanAsync(hidden, Cancellation)).Value.ShouldBe("~ certificate mx-cert\n- certificate sub-cert\n");
        (await AppliedAsync(hidden)).Warnings.ShouldBeEmpty();
        Files().ShouldBe(["mx-cert.pem"]);
    }

    [Fact]
    public async Task Temporary_files_that_a_kill_left_go_with_the_next_change()
    {
        await AppliedAsync(Mx(parts.Certificate("mx.example.test")));
        var name = AtomicFile.TemporaryPrefix + "0123456789abcdef";
        File.CreateSymbolicLink(
            Path.Combine(directory.Path, "cluster", name), new FileInfo(Path.Combine(directory.Path, "cluster/current")).LinkTarget!);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "cluster/current", name), "left", Cancellation);

        await AppliedAsync(Mx(parts.Certificate("mx.example.test")));

        Directory.EnumerateFileSystemEntries(
            Path.Combine(directory.Path, "cluster"), AtomicFile.TemporaryPrefix + "*", SearchOption.AllDirectories)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task The_orphaned_listener_s_other_certificates_and_what_the_manifest_is_for_stay_too()
    {
        var part = Mx(parts.Certificate("mx.example.test"));
        var listener = part.All<Listener>()["mx"] with
        {
            AlternateCertificate = "second",
            Sni = [new SniCertificate { ServerName = "a.example.test", Certificate = "third" }]
        };
        await AppliedAsync(part.With("mx", listener) with
        {
            Certificates = new Dictionary<string, PartCertificate>(part.Certificates)
            {
                ["second"] = parts.Certificate("mx.example.test"),
                ["third"] = parts.Certificate("a.example.test")
            },
        });
        (await AppliedAsync(Parts.Empty)).Warnings.ShouldHaveSingleItem().ShouldStartWith("orphaned listeners/mx");
        Files().ShouldBe(["mx-cert.pem", "second.pem", "third.pem"]);
    }

    [Fact]
    public async Task A_listener_that_names_another_certificate_gives_the_old_one_up()
    {
        var part = Mx(parts.Certificate("mx.example.test"));
        await AppliedAsync(part);
        var other = part.With("mx", part.All<Listener>()["mx"] with { Certificate = "next" });
        (await AppliedAsync(
            other with
            {
                Certificates = new Dictionary<string, PartCertificate> { ["next"] = parts.Certificate("mx.example.test") }
            })).Warnings.ShouldBeEmpty();
        Files().ShouldBe(["next.pem"]);
    }

    [Fact]
    public async Task What_is_orphaned_without_any_change_of_a_file_is_known_and_put_back_by_unmanage()
    {
        var part = Mx(parts.Certificate("mx.example.test")).WithListener("sub", PolicyTls.Required, parts.Certificate("sub.example.test"));
        await AppliedAsync(part);
        var mx = part.Only(("mx", part.All<Listener>()["mx"])) with
        {
            Certificates = part.Certificates.Where(c => c.Key == "mx-cert").ToDictionary()
        };
        var staged = await driver.StageAsync(mx, parts, Cancellation);
        (staged.Value!.Changed, staged.Value.Warnings.Count).ShouldBe((false, 1));

        await DoneAsync((await driver.StageUnmanageAsync(mx, Cancellation)).Value!, mx);
        Files().ShouldBe(["mx-cert.pem"]);
        await DoneAsync((await driver.StageUnmanageAsync(null, Cancellation)).Value!, ServicePart.Empty("files"));
        Directory.Exists(Path.Combine(directory.Path, "cluster")).ShouldBeFalse();
    }

    [Fact]
    public async Task Settings_that_change_no_file_are_remembered()
    {
        var part = Mx(parts.Certificate("mx.example.test"));
        await AppliedAsync(part);
        var web = part.Only(("sub", part.All<Listener>()["mx"]));
        (await AppliedAsync(web with { Hidden = ["listeners/mx"] })).Changed.ShouldBeFalse();
        (await AppliedAsync(Parts.Empty)).Warnings.ShouldHaveSingleItem().ShouldStartWith("orphaned listeners/sub");
        Files().ShouldBe(["mx-cert.pem"]);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("truncated")]
    [InlineData("directory")]
    public async Task A_damaged_manifest_loses_no_file_and_the_next_apply_mends_it(string damage)
    {
        var sub = parts.Certificate("sub.example.test");
        await AppliedAsync(Mx(parts.Certificate("mx.example.test")).WithListener("sub", PolicyTls.Required, sub));
        var kept = Text("sub-cert");
        File.WriteAllText(Manifest, damage == "truncated" ? File.ReadAllText(Manifest)[..40] : "");
        if (damage != "truncated") File.Delete(Manifest);
        if (damage == "directory") Directory.CreateDirectory(Manifest);
        (await driver.ObserveAsync(Cancellation)).ShouldHaveSingleItem().What.ShouldContain("manifest");
        parts.Forget(sub);

        for (var round = 0; round < 2; round++)
        {
            var staged = await AppliedAsync(Mx(parts.Certificate("mx.example.test")));
            staged.Warnings.ShouldHaveSingleItem().ShouldStartWith("orphaned certificates/sub-cert");
            Text("sub-cert").ShouldBe(kept);
            (await driver.ObserveAsync(Cancellation)).ShouldBeEmpty();
        }

        await DoneAsync((await driver.StageUnmanageAsync(null, Cancellation)).Value!, ServicePart.Empty("files"));
        Directory.Exists(Path.Combine(directory.Path, "cluster")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_host_made_of_an_orphan_stays_and_is_shown_as_drift()
    {
        var sub = parts.Certificate("sub.example.test");
        await AppliedAsync(Mx(parts.Certificate("mx.example.test")).WithListener("sub", PolicyTls.Required, sub));
        parts.Forget(sub);
        File.WriteAllText(Path.Combine(directory.Path, "cluster/current/sub-cert.pem"), "theirs");
        await AppliedAsync(Mx(parts.Certificate("mx.example.test")));
        Text("sub-cert").ShouldBe("theirs");
        (await driver.ObserveAsync(Cancellation)).ShouldHaveSingleItem().Path.ShouldEndWith("/sub-cert.pem");
    }

    [Fact]
    public async Task A_failed_generation_leaves_no_key_and_restoring_and_switching_again_are_safe()
    {
        await AppliedAsync(Mx(parts.Certificate("mx.example.test")));
        var old = Text("mx-cert");
        var staged = (await driver.StageAsync(Mx(parts.Certificate("mx.example.test")), parts, Cancellation)).Value!;
        (await driver.SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        for (var round = 0; round < 2; round++)
        {
            (await driver.RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();
            Text("mx-cert").ShouldBe(old);
            Directory.EnumerateDirectories(Path.Combine(directory.Path, "cluster/gen")).ShouldHaveSingleItem();
        }

        var lost = (await driver.SwitchAsync(staged.Token, Cancellation)).ShouldNotBeNull();
        (lost.Code, lost.Kind).ShouldBe(("staged-state-lost", ApplyFailureKind.Transient));
        Text("mx-cert").ShouldBe(old);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_link_that_somebody_made_anew_by_its_whole_path_keeps_what_it_leads_to(string end)
    {
        var part = Mx(parts.Certificate("mx.example.test"));
        await AppliedAsync(part);
        var link = Path.Combine(directory.Path, "cluster/current");
        var target = Path.Combine(directory.Path, "cluster", new FileInfo(link).LinkTarget!);
        File.Delete(link);
        File.CreateSymbolicLink(link, target + end);
        await AppliedAsync(part);
        Files().ShouldBe(["mx-cert.pem"]);
    }

    public void Dispose()
    {
        parts.Dispose();
        directory.Dispose();
    }

    private LocalService Service(params string[] listeners) => new()
    {
        Name = "mail",
        Driver = "files",
        Endpoints = [.. listeners.Select(l => new LocalEndpoint { Kind = Kinds.Listeners, Name = l, Address = "127.0.0.1", Port = 25 })],
    };

    private static ServicePart Mx(PartCertificate certificate) => Parts.Mx(PolicyTls.Required, certificate);

    private async Task<StagedService> AppliedAsync(ServicePart part)
    {
        var staged = await driver.StageAsync(part, parts, Cancellation);
        staged.Failure.ShouldBeNull();
        await DoneAsync(staged.Value!, part);
        return staged.Value!;
    }

    private async Task DoneAsync(StagedService staged, ServicePart part)
    {
        if (staged.Changed) (await driver.SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await driver.ProveAsync(part, Cancellation)).Failure.ShouldBeNull();
        await driver.CompleteAsync(staged.Token, Cancellation);
    }

    private string Text(string certificate) => File.ReadAllText(Path.Combine(directory.Path, "cluster/current", certificate + ".pem"));

    private string[] Files() =>
        [
            .. Directory.EnumerateFiles(Path.Combine(directory.Path, "cluster/current"), "*.pem")
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal)
        ];
}
