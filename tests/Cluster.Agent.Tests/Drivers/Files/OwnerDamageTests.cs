using Cluster.Contracts.Machines;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>The owner of an output may write into it what they like: that costs the agent little, and is never called proven.</summary>
public sealed class OwnerDamageTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly FilesService service = new() { Options = """ "outputs": [{"client":"dlp","owner":"nobody"}] """ };

    public void Dispose() => service.Dispose();

    // No array of .NET holds the longer one: reading it whole fails.
    [Theory]
    [InlineData(3000L * Mebibyte)]
    [InlineData(1L * Mebibyte)]
    public async Task A_file_that_was_made_longer_is_not_proven_and_not_read_whole(long length)
    {
        var part = service.Client();
        await service.ApplyAsync(part);
        Lengthen(service.Live("dlp.pem"), length);

        (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull().Code
            .ShouldBe(ApplyCodes.NotServed);
        (await service.DriftAsync()).ShouldHaveSingleItem().ShouldStartWith("dlp.pem: differs from what was applied");
        (await service.ApplyAsync(part)).Changed.ShouldBeTrue();
        (await service.DriftAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pem", "dlp.pem")]
    [InlineData("pem-split", "dlp-chain.pem")]
    public async Task A_certificate_before_the_leaf_is_not_proven(string form, string file)
    {
        service.Options = $$""" "outputs": [{"client":"dlp","format":"{{form}}","owner":"nobody"}] """;
        var part = service.Client();
        await service.ApplyAsync(part);
        var foreign = service.Parts.Certificate("other.example.test").Chain[0];
        var text = await File.ReadAllTextAsync(service.Live(file), FilesService.Cancellation);
        var at = text.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal);
        var inserted = $"-----BEGIN CERTIFICATE-----\n{foreign}\n-----END CERTIFICATE-----\n";
        await File.WriteAllTextAsync(service.Live(file), text.Insert(at, inserted), FilesService.Cancellation);

        (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull().Code
            .ShouldBe(ApplyCodes.NotServed);
    }

    [Fact]
    public async Task A_PKCS12_with_more_behind_it_is_not_proven()
    {
        service.Write("password", "secret\n");
        service.Options = """ "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password","owner":"nobody"}] """;
        var part = service.Client();
        await service.ApplyAsync(part);
        Lengthen(service.Live("dlp.p12"), Mebibyte);

        (await service.NewDriver().ProveAsync(part, FilesService.Cancellation)).Failure.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_pipe_among_the_files_holds_nobody_up()
    {
        var part = service.Client();
        await service.ApplyAsync(part);
        await NamedPipe.MakeAsync(service.Live("x.pem"));

        var drift = await Task.Run(service.DriftAsync).WaitAsync(Patience.Answer, FilesService.Cancellation);

        drift.ShouldHaveSingleItem().ShouldBe("x.pem: was not applied");
        await Task.Run(() => service.ApplyAsync(part)).WaitAsync(Patience.Answer, FilesService.Cancellation);
    }

    private static void Lengthen(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(length);
    }
}
