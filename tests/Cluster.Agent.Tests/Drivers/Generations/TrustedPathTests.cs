using System.Text.Json;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Agent.Tests.Drivers.Files;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Generations;

/// <summary>The agent changes and deletes with all rights only where nobody else decides which directory that is.</summary>
public sealed class TrustedPathTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TestDirectory directory = new("trusted-path");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_link_of_another_user_leads_the_agent_nowhere()
    {
        using var service = NewService("of-nobody");
        Directory.CreateDirectory(directory["victim/gen/2024/backup"]);
        File.SetUnixFileMode(directory["victim"], Private);
        File.CreateSymbolicLink(directory["of-nobody/cluster"], directory["victim"]);
        await OwnAsync("nobody", directory["of-nobody"]);
        service.Options = """ "outputs": [{"client":"dlp","owner":"nobody"}] """;

        var failure = await RefusedAsync(service);

        failure.Message.ShouldContain(directory["of-nobody"]);
        failure.Message.ShouldContain("chown");
        File.GetUnixFileMode(directory["victim"]).ShouldBe(Private);
        Directory.EnumerateFileSystemEntries(directory["victim"], "*", SearchOption.AllDirectories).Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("770")]
    [InlineData("707")]
    public async Task A_directory_above_that_others_may_write_is_refused(string mode)
    {
        using var service = NewService("above/conf");
        await Command.RunAsync("/bin/chmod", [mode, directory["above"]]);

        var failure = await RefusedAsync(service);

        failure.Message.ShouldContain(directory["above"] + " ");
        failure.Message.ShouldContain("chmod");
        Directory.Exists(directory["above/conf/cluster"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("cluster/gen")]
    [InlineData("cluster/gen/1")]
    public async Task A_link_in_the_place_of_a_directory_of_the_agent_is_refused(string link)
    {
        using var service = NewService("conf");
        Directory.CreateDirectory(directory["victim/1/backup"]);
        Directory.CreateDirectory(Path.GetDirectoryName(directory["conf/" + link])!);
        File.CreateSymbolicLink(directory["conf/" + link], directory["victim"]);

        var failure = await RefusedAsync(service);

        failure.Message.ShouldContain(directory["conf/" + link]);
        Directory.Exists(directory["victim/1/backup"]).ShouldBeTrue();
        Directory.EnumerateFileSystemEntries(directory["victim"]).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_directory_that_changed_hands_after_it_was_staged_is_left_alone()
    {
        using var service = NewService("conf");
        var staged = await service.NewDriver().StageAsync(service.Client(), service.Parts, FilesService.Cancellation);
        await OwnAsync("nobody", directory["conf"]);

        var token = staged.Value!.Token;
        await Should.ThrowAsync<IOException>(async () => await service.NewDriver().SwitchAsync(token, FilesService.Cancellation));
        await Should.ThrowAsync<IOException>(async () => await service.NewDriver().DiscardAsync(token, FilesService.Cancellation));
        await Should.ThrowAsync<IOException>(async () => await service.NewDriver().CompleteAsync("0 0", FilesService.Cancellation));

        Directory.Exists(directory["conf/cluster/gen/1"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_of_the_administrator_in_a_directory_of_theirs_may_lead_there()
    {
        Directory.CreateDirectory(directory["real/conf"]);
        File.CreateSymbolicLink(directory["link"], "real");
        using var service = NewService("link/conf");

        await service.ApplyAsync(service.Client());

        File.Exists(directory["real/conf/cluster/current/dlp.pem"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_everybody_may_write_a_link_is_not_followed()
    {
        Directory.CreateDirectory(directory["real"]);
        Directory.CreateDirectory(directory["all"]);
        await Command.RunAsync("/bin/chmod", ["1777", directory["all"]]);
        File.CreateSymbolicLink(directory["all/link"], directory["real"]);
        using var linked = NewService("all/link");
        (await RefusedAsync(linked)).Message.ShouldContain(directory["all/link"]);

        using var named = NewService("all/conf");
        await named.ApplyAsync(named.Client());
    }

    [Fact]
    public async Task Postfix_of_another_user_is_refused_before_anything_is_read()
    {
        Directory.CreateDirectory(directory["postfix"]);
        await OwnAsync("nobody", directory["postfix"]);
        var options = JsonSerializer.SerializeToElement(directory["postfix"]);
        var service = new LocalService
        {
            Name = "mail",
            Driver = PostfixDriver.DriverName,
            Options = new Dictionary<string, JsonElement> { ["configDirectory"] = options },
        };
        var driver = DriverCatalog.Make(new DriverContext(service, directory["state"], TimeProvider.System, NullLogger.Instance));
        var part = ServicePart.Empty(PostfixDriver.DriverName);

        var staged = await driver.StageAsync(part, NoKeys.Instance, FilesService.Cancellation);
        var plan = await driver.PlanAsync(part, FilesService.Cancellation);

        staged.Failure.ShouldNotBeNull().Message.ShouldContain(directory["postfix"] + " belongs to user");
        plan.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.InputOutput);
    }

    private FilesService NewService(string name)
    {
        if (!Directory.Exists(directory[name])) Directory.CreateDirectory(directory[name]);
        return new FilesService(directory[name]);
    }

    private static async Task<ApplyFailure> RefusedAsync(FilesService service)
    {
        (await service.NewDriver().PlanAsync(service.Client(), FilesService.Cancellation)).Failure.ShouldNotBeNull();
        return (await service.NewDriver().StageAsync(service.Client(), service.Parts, FilesService.Cancellation)).Failure.ShouldNotBeNull();
    }

    private static async Task OwnAsync(string user, string path) => (await Command.RunAsync("/bin/chown", [user, path])).Ok();
}
