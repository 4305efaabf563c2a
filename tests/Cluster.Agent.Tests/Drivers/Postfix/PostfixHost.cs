using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>A real Postfix of an administrator with the driver beside it; applies parts in the engine's order.</summary>
internal sealed class PostfixHost : IAsyncDisposable
{
    private readonly TestDirectory state = new("postfix-state");

    private PostfixHost(PostfixInstance postfix)
    {
        Postfix = postfix;
        Driver = NewDriver();
    }

    public PostfixInstance Postfix { get; }

    public RecordingRunner Runner { get; } = new();

    public Parts Parts { get; } = new();

    public PostfixDriver Driver { get; private set; }

    public string MainCf => Path.Combine(Postfix.ConfigDirectory, "main.cf");

    public string MasterCf => Path.Combine(Postfix.ConfigDirectory, "master.cf");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PostfixHost> StartAsync(PostfixOptions? options = null)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        return new PostfixHost(await PostfixInstance.StartNewAsync(options));
    }

    public static async Task<PostfixHost> StoppedAsync(PostfixOptions? options = null)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        return new PostfixHost(await PostfixInstance.CreateAsync(options));
    }

    /// <summary>Its entry in the local file.</summary>
    public LocalService Service => new()
    {
        Name = "mail",
        Driver = "postfix",
        Endpoints = [
            .. Postfix.Ports.Select(p => new LocalEndpoint { Kind = Listener.Kind, Name = p.Key, Address = "127.0.0.1", Port = p.Value })
        ],
    };

    /// <summary>Who finds out what domains publish for the next driver; null = as in the agent, where nobody does before it runs.</summary>
    public PublishedWatch? Published { get; set; }

    /// <summary>The driver's own directory.</summary>
    public string StateDirectory => state.Path;

    /// <summary>Whether the host's own file lets what domains publish be compared; null = it does not say.</summary>
    public bool? ComparePublished { get; set; }

    /// <summary>A driver as a new process has it.</summary>
    public PostfixDriver NewDriver() => Driver = new PostfixDriver(
        new DriverContext(Service, state.Path, TimeProvider.System, NullLogger.Instance),
        new PostfixDriverOptions
        {
            ConfigDirectory = Postfix.ConfigDirectory, Control = ServiceControl.Direct, ComparePublished = ComparePublished,
        },
        Runner,
        Published);

    /// <summary>Stage, switch, reload, prove, then complete or restore, as the engine does.</summary>
    public async Task<Applied> ApplyAsync(ServicePart part)
    {
        var staged = await Driver.StageAsync(part, Parts, Cancellation);
        return staged.Succeeded ? await SwitchAsync(part, staged.Value) : new Applied(staged.Failure, null, null, null);
    }

    /// <summary>Puts back what no part defines, as the engine does.</summary>
    public async Task<Applied> UnmanageAsync()
    {
        var staged = await Driver.StageUnmanageAsync(null, Cancellation);
        return staged.Succeeded
            ? await SwitchAsync(ServicePart.Empty("postfix"), staged.Value)
            : new Applied(staged.Failure, null, null, null);
    }

    private async Task<Applied> SwitchAsync(ServicePart part, StagedService staged)
    {
        var token = staged.Token;
        ApplyFailure? failure = null;
        if (staged.Changed)
            failure = await Driver.SwitchAsync(token, Cancellation) ?? await Driver.ReloadAsync(token, Cancellation);
        var proof = failure is null ? await Driver.ProveAsync(part, Cancellation) : failure;
        if (proof.Succeeded)
        {
            await Driver.CompleteAsync(token, Cancellation);
            return new Applied(null, null, staged, proof.Value);
        }

        return new Applied(proof.Failure, await Driver.RestoreAsync(token, Cancellation), staged, null);
    }

    public async ValueTask DisposeAsync()
    {
        await Postfix.DisposeAsync();
        Parts.Dispose();
        state.Dispose();
    }
}

/// <summary>What came of applying.</summary>
internal sealed record Applied(ApplyFailure? Failure, ApplyFailure? NotRestored, StagedService? Staged, ServiceProof? Proof);
