using System.Text.Json;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>A service of files for service clients, in a directory that everybody may search, and what a test does with it.</summary>
internal sealed class FilesService : IDisposable
{
    private const UnixFileMode Searchable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TestDirectory directory = new("files-service");

    /// <summary>With a directory of its own, or in another one.</summary>
    public FilesService(string? path = null)
    {
        Path = path ?? directory.Path;
        File.SetUnixFileMode(Path, Searchable);
    }

    public Parts Parts { get; } = new();

    public string Path { get; }

    /// <summary>Further members of the entry in the host's own file, as JSON; {0} is the directory.</summary>
    public string Options { get; set; } = "";

    public IReadOnlyList<LocalEndpoint> Endpoints { get; init; } = [];

    public IProcessRunner? Runner { get; init; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static ServicePart Nothing => ServicePart.Empty(FilesDriver.DriverName);

    public string Live(string file) => System.IO.Path.Combine(Path, "cluster/current", file);

    public IServiceDriver NewDriver()
    {
        var text = $"{{\"configDirectory\":\"{Path}\"{(Options.Length > 0 ? "," : "")}"
            + Options.Replace("{0}", Path, StringComparison.Ordinal) + "}";
        var json = JsonDocument.Parse(text).RootElement;
        DriverCatalog.Find(FilesDriver.DriverName)!.CheckOptions(json).ShouldBeEmpty();
        var options = json.Deserialize(FilesDriverOptionsJson.Default.FilesDriverOptions)!;
        var service = new LocalService { Name = "dlp", Driver = FilesDriver.DriverName, Endpoints = Endpoints };
        return new FilesDriver(new DriverContext(service, Path, TimeProvider.System, NullLogger.Instance), options, Runner);
    }

    public string Write(string file, string text)
    {
        File.WriteAllText(directory[file], text);
        return directory[file];
    }

    public static ServicePart With(ServicePart part, string client, PartCertificate certificate) =>
        part.With(client, new ServiceClient { Certificate = $"{client}-cert" }) with
        {
            Certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [$"{client}-cert"] = certificate },
        };

    public ServicePart Client(string client = "dlp") => With(Nothing, client, Parts.Certificate("gw1.example.test"));

    public async Task<StagedService> ApplyAsync(ServicePart part)
    {
        var staged = await NewDriver().StageAsync(part, Parts, Cancellation);
        staged.Failure.ShouldBeNull();
        if (staged.Value!.Changed)
        {
            (await NewDriver().SwitchAsync(staged.Value.Token, Cancellation)).ShouldBeNull();
            (await NewDriver().ReloadAsync(staged.Value.Token, Cancellation)).ShouldBeNull();
        }

        (await NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldBeNull();
        await NewDriver().CompleteAsync(staged.Value.Token, Cancellation);
        return staged.Value;
    }

    public async Task<IReadOnlyList<string>> DriftAsync() =>
        [.. (await NewDriver().ObserveAsync(Cancellation)).Select(d => $"{System.IO.Path.GetFileName(d.Path)}: {d.What}")];

    public void Dispose()
    {
        Parts.Dispose();
        directory.Dispose();
    }
}
