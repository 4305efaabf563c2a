using System.Text.Json;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>What the host's own file says of service clients: form, owner, mode, and who is told.</summary>
public sealed class OutputTests : IDisposable
{
    private const string User = "nobody";

    private readonly RecordingRunner runner = new();
    private readonly FilesService service;

    public OutputTests() => service = new FilesService { Runner = runner };

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task A_service_client_that_no_output_names_is_one_file_for_root_alone()
    {
        await service.ApplyAsync(service.Client());

        Stat("dlp.pem").ShouldBe("600 root root");
        Directory.EnumerateFiles(service.Live("")).Select(Path.GetFileName).Order().ShouldBe(["dlp.pem", "manifest.json", "switched"]);
    }

    [Fact]
    public async Task The_certificate_of_an_interface_is_written_and_read_back()
    {
        var part = FilesService.Nothing.With("admin", new ManagementInterface { Port = 443, HttpsCertificate = "admin-cert" }) with
        {
            Certificates = new Dictionary<string, PartCertificate> { ["admin-cert"] = service.Parts.Certificate("gw1.example.test") },
        };

        (await service.NewDriver().DescribeAsync(FilesService.Cancellation)).Features.ShouldContain(Features.InterfaceHttpsCertificate);
        await service.ApplyAsync(part);

        Stat("admin-cert.pem").ShouldBe("600 root root");
        var proof = await service.NewDriver().ProveAsync(part, FilesService.Cancellation);
        proof.Succeeded.ShouldBeTrue();
        proof.Value.Endpoints.ShouldAllBe(e => e.Method == VerificationMethod.Loaded);
    }

    [Fact]
    public async Task The_owner_reads_its_own_file_through_the_link_and_no_other()
    {
        service.Options = """ "outputs": [{"client":"dlp","format":"pem-split","owner":"nobody","mode":"0400"},{"client":"scan"}] """;
        await service.ApplyAsync(FilesService.With(service.Client(), "scan", service.Parts.Certificate("gw1.example.test")));

        (await AsUserAsync("cat", service.Live("dlp-key.pem"))).Ok().Output.ShouldStartWith("-----BEGIN PRIVATE KEY");
        (await AsUserAsync("cat", service.Live("dlp-chain.pem"))).Ok().Output.ShouldStartWith("-----BEGIN CERTIFICATE");
        (await AsUserAsync("cat", service.Live("scan.pem"))).ExitCode.ShouldNotBe(0);
        (await AsUserAsync("cat", service.Live("manifest.json"))).ExitCode.ShouldNotBe(0);
        (await AsUserAsync("ls", service.Live(""))).ExitCode.ShouldNotBe(0, "names are not shown");
        Stat("dlp-key.pem").ShouldBe("400 nobody nogroup");
        Stat("dlp-chain.pem").ShouldBe("644 nobody nogroup");

        service.Options = """ "outputs": [{"client":"dlp","format":"pem-split"},{"client":"scan"}] """;
        await service.ApplyAsync(service.Client());
        (await AsUserAsync("cat", service.Live("dlp-chain.pem"))).ExitCode.ShouldNotBe(0, "nobody else is to go through any more");
    }

    [Fact]
    public async Task A_directory_above_that_the_owner_cannot_search_is_told_instead_of_a_proof()
    {
        service.Options = """ "outputs": [{"client":"dlp","owner":"nobody"}] """;
        var part = service.Client();
        await service.ApplyAsync(part);
        File.SetUnixFileMode(service.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var failure = (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe(ApplyCodes.NotServed);
        failure.Message.ShouldContain("nobody cannot read");
    }

    [Fact]
    public async Task Equal_settings_write_no_PKCS12_anew_and_tell_nobody()
    {
        Password("secret");
        service.Options = """
            "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password","owner":"nobody","profile":"legacy"}],
            "reloadCommand": ["/usr/bin/true"]
            """;
        var part = service.Client();
        await service.ApplyAsync(part);
        var before = FileTree.Describe(service.Path);

        (await service.ApplyAsync(part)).Changed.ShouldBeFalse();

        FileTree.Describe(service.Path).ShouldBe(before);
        runner.Lines.Count(l => l == "/usr/bin/true").ShouldBe(1);
        var read = await Command.RunAsync(
            "/usr/bin/openssl", ["pkcs12", "-legacy", "-in", service.Live("dlp.p12"), "-passin", "pass:secret", "-nodes"]);
        read.Ok().Output.ShouldContain("BEGIN PRIVATE KEY");
        read.Output.Split("BEGIN CERTIFICATE").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Another_password_is_told_and_the_next_apply_writes_the_PKCS12_with_it()
    {
        Password("first");
        service.Options = """ "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password","profile":"legacy"}] """;
        var part = service.Client();
        await service.ApplyAsync(part);
        var watched = await service.NewDriver().WatchedFilesAsync(FilesService.Cancellation);

        Password("the second");

        (await service.NewDriver().WatchedFilesAsync(FilesService.Cancellation)).ShouldNotBe(watched);
        (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull().Message.ShouldContain("password");
        (await service.ApplyAsync(part)).Changed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_password_that_cannot_be_read_holds_back_its_own_client_only()
    {
        Password("secret");
        service.Options = """ "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password","profile":"legacy"}] """;
        var part = service.Client();
        await service.ApplyAsync(part);
        var old = File.ReadAllBytes(service.Live("dlp.p12"));
        File.Delete(Path.Combine(service.Path, "password"));

        var both = FilesService.With(service.Client(), "scan", service.Parts.Certificate("gw1.example.test"));
        var staged = await service.ApplyAsync(both);

        staged.Refused.ShouldHaveSingleItem().ToString().ShouldContain("password");
        File.ReadAllBytes(service.Live("dlp.p12")).ShouldBe(old);
        File.Exists(service.Live("scan.pem")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_password_is_refused_by_name()
    {
        Password("");
        service.Options = """ "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password"}] """;

        var staged = await service.ApplyAsync(FilesService.With(service.Client(), "scan", service.Parts.Certificate("gw1.example.test")));

        var refused = staged.Refused.ShouldHaveSingleItem().Message;
        refused.ShouldContain("first line");
        refused.ShouldContain(Path.Combine(service.Path, "password"));
        File.Exists(service.Live("dlp.p12")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""["/bin/sh","-c","echo first; echo the last line >&2; exit 3"]""", ApplyCodes.ReloadFailed, "exit code 3: the last line")]
    [InlineData("""["/bin/sleep","600"],"commandTimeout":1""", ApplyCodes.ReloadTimeout, "did not end within 1 s")]
    [InlineData("""["/no/such/program"]""", ApplyCodes.ReloadFailed, "could not be started")]
    public async Task A_reload_command_that_fails_or_hangs_is_a_failure(string command, string code, string says)
    {
        service.Options = $"\"reloadCommand\":{command}";
        var staged = (await service.NewDriver().StageAsync(service.Client(), service.Parts, FilesService.Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, FilesService.Cancellation)).ShouldBeNull();

        var failure = (await service.NewDriver().ReloadAsync(staged.Token, FilesService.Cancellation)).ShouldNotBeNull();

        failure.Code.ShouldBe(code);
        failure.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_check_command_sees_the_files_before_they_are_live()
    {
        await service.ApplyAsync(service.Client());
        var old = File.ReadAllText(service.Live("dlp.pem"));
        service.Options = """ "checkCommand": ["/bin/sh", "-c", "cat $0/dlp.pem; echo not this one; exit 1", "{directory}"] """;

        var failure = (await service.NewDriver().StageAsync(service.Client(), service.Parts, FilesService.Cancellation)).Failure;

        failure.ShouldNotBeNull().Message.ShouldEndWith("exit code 1: not this one");
        File.ReadAllText(service.Live("dlp.pem")).ShouldBe(old);
        Directory.EnumerateDirectories(Path.Combine(service.Path, "cluster/gen")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("600 root root", "0644 0:0")]
    [InlineData("chown", "0600 1:1")]
    public async Task A_changed_mode_or_owner_is_drift_and_the_next_apply_puts_it_right(string how, string seen)
    {
        var part = service.Client();
        await service.ApplyAsync(part);
        var (program, what) = how == "chown" ? ("/bin/chown", "1:1") : ("/bin/chmod", "0644");
        (await Command.RunAsync(program, [what, service.Live("dlp.pem")])).Ok();

        (await service.DriftAsync()).ShouldHaveSingleItem().ShouldBe($"dlp.pem: has mode and owner {seen}; 0600 0:0 was applied");
        (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull();
        (await service.ApplyAsync(part)).Changed.ShouldBeTrue();
        (await service.DriftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_items_that_would_share_a_file_are_told_and_the_certificate_keeps_it()
    {
        var certificate = service.Parts.Certificate("mx.example.test");
        var mx = Parts.Mx(PolicyTls.Required, certificate);
        var part = FilesService.With(mx with { Driver = FilesDriver.DriverName }, "mx-cert", certificate);

        var staged = await service.NewDriver().StageAsync(part, service.Parts, FilesService.Cancellation);

        staged.Value!.Refused.ShouldHaveSingleItem().Message.ShouldContain("certificates/mx-cert is written to mx-cert.pem, too");
    }

    [Fact]
    public async Task A_form_that_is_changed_in_the_host_s_own_file_leaves_nothing_of_the_old_one()
    {
        var part = service.Client();
        await service.ApplyAsync(part);
        service.Options = """ "outputs": [{"client":"dlp","format":"pem-split","file":"other"}] """;

        (await service.ApplyAsync(part)).Warnings.ShouldBeEmpty();

        Directory.EnumerateFiles(service.Live(""), "*.p*").Select(Path.GetFileName).Order().ShouldBe(["other-chain.pem", "other-key.pem"]);
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("", false, false)]
    [InlineData(""" "outputs": [{"client":"dlp"}] """, false, true)]
    [InlineData(""" "outputs": [{"certificate":"mx"}] """, false, false)]
    public async Task Keys_of_service_clients_go_only_where_the_host_s_own_file_wants_them(string options, bool isFree, bool wants)
    {
        using var other = new FilesService
        {
            Options = options,
            Endpoints = isFree ? [] : [new LocalEndpoint { Kind = Listener.Kind, Name = "mx", Address = "127.0.0.1", Port = 25 }],
        };
        var description = await other.NewDriver().DescribeAsync(FilesService.Cancellation);
        (description.Kinds.Contains(ServiceClient.Kind), description.Features.Contains(Features.ServiceClientCertificate))
            .ShouldBe((wants, wants));
    }

    [Theory]
    [InlineData("""[{"client":"a","owner":"nosuchuser"}]""", "/outputs/0/owner")]
    [InlineData("""[{"client":"a","group":"nosuchgroup"}]""", "/outputs/0/group")]
    [InlineData("""[{"client":"a","mode":"0644"}]""", "/outputs/0/mode")]
    [InlineData("""[{"client":"a","mode":"0740"}]""", "/outputs/0/mode")]
    [InlineData("""[{"client":"a","file":"../x"}]""", "/outputs/0/file")]
    [InlineData("""[{"client":"a","certificate":"b"}]""", "/outputs/0")]
    [InlineData("""[{"format":"pem"}]""", "/outputs/0")]
    [InlineData("""[{"client":"a","format":"pkcs12"}]""", "/outputs/0/passwordFile")]
    [InlineData("""[{"client":"a","format":"pkcs12","passwordFile":"secret"}]""", "/outputs/0/passwordFile")]
    [InlineData("""[{"client":"a","passwordFile":"/x"}]""", "/outputs/0/passwordFile")]
    [InlineData("""[{"client":"a","format":"jks"}]""", "/outputs/0/format")]
    [InlineData("""[{"client":"a"},{"certificate":"b","file":"a"}]""", "/outputs/1")]
    [InlineData("""[],"reloadCommand":["systemctl","reload","x"]""", "/reloadCommand/0")]
    [InlineData("""[],"checkCommand":[]""", "/checkCommand")]
    [InlineData("""[],"commandTimeout":0""", "/commandTimeout")]
    public void What_is_wrong_in_the_host_s_own_file_is_named(string outputs, string pointer)
    {
        var json = JsonDocument.Parse($$"""{"configDirectory":"/etc/x","outputs":{{outputs}}}""").RootElement;
        DriverCatalog.Find(FilesDriver.DriverName)!.CheckOptions(json).ShouldHaveSingleItem().Pointer.ShouldBe(pointer);
    }

    private void Password(string text) => service.Write("password", text + "\n");

    private static Task<CommandResult> AsUserAsync(params string[] command) =>
        Command.RunAsync("/usr/bin/setpriv", [$"--reuid={User}", "--regid=nogroup", "--clear-groups", .. command]);

    private string Stat(string file) =>
        Command.RunAsync("/usr/bin/stat", ["-c", "%a %U %G", service.Live(file)]).GetAwaiter().GetResult().Ok().Output.Trim();
}
