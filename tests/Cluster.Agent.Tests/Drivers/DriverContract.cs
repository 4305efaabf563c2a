using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers;

/// <summary>
/// What the engine relies on, of every driver: a driver's own test class inherits this one, and a test fails while a driver of the catalog
/// has none. A kill is a new driver on the same directories; the engine's own failpoints are tried in Apply/KillTests.
/// </summary>
public abstract class DriverContract : IAsyncLifetime
{
    private IContractHost host = null!;

    private protected IContractHost Contracted => host;

    /// <summary>The driver's name in the catalog.</summary>
    public abstract string DriverName { get; }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServicePart Nothing => ServicePart.Empty(DriverName);

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Contract_equal_settings_change_nothing_and_are_proven()
    {
        var part = One(NewCertificate());
        await ApplyAsync(part);
        var files = Files();
        var staged = await StageAsync(part);
        staged.Changed.ShouldBeFalse();
        Files().ShouldBe(files);
        (await host.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldBeNull();
        (await PlanAsync(part)).ShouldBeEmpty();
        Files().ShouldBe(files);
    }

    [Fact]
    public async Task Contract_staging_changes_nothing_live_and_what_is_discarded_leaves_nothing()
    {
        var (old, next) = (NewCertificate(), NewCertificate());
        await ApplyAsync(One(old));
        var files = Files();
        var staged = await StageAsync(One(next));
        staged.Changed.ShouldBeTrue();
        (await host.LeafAsync(IContractHost.First)).ShouldBe(old.Sha256);
        for (var time = 0; time < 2; time++) await host.NewDriver().DiscardAsync(staged.Token, Cancellation);
        Files().ShouldBe(files);

        // A process that died between staging and its journal leaves what nobody names: the next one removes it.
        await StageAsync(One(NewCertificate()));
        await host.NewDriver().DiscardAsync((await StageAsync(One(next))).Token, Cancellation);
        Files().ShouldBe(files);
    }

    [Fact]
    public async Task Contract_each_step_may_be_repeated_by_a_new_process()
    {
        var (old, next) = (NewCertificate(), NewCertificate());
        await ApplyAsync(One(old));
        var part = One(next);
        var token = (await StageAsync(part)).Token;
        for (var time = 0; time < 2; time++) (await host.NewDriver().SwitchAsync(token, Cancellation)).ShouldBeNull();
        for (var time = 0; time < 2; time++) (await host.NewDriver().ReloadAsync(token, Cancellation)).ShouldBeNull();
        for (var time = 0; time < 2; time++) (await host.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldBeNull();
        (await host.LeafAsync(IContractHost.First)).ShouldBe(next.Sha256);
        await host.NewDriver().CompleteAsync(token, Cancellation);
        var files = Files();
        await host.NewDriver().CompleteAsync(token, Cancellation);
        Files().ShouldBe(files);
        (await host.NewDriver().ObserveAsync(Cancellation)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Contract_restoring_leads_back_from_each_step_and_may_be_repeated(int steps)
    {
        var (old, next) = (NewCertificate(), NewCertificate());
        var (before, after) = (One(old), One(next));
        await ApplyAsync(before);
        var files = Files();
        var token = (await StageAsync(after)).Token;
        if (steps > 0) (await host.NewDriver().SwitchAsync(token, Cancellation)).ShouldBeNull();
        if (steps > 1) (await host.NewDriver().ReloadAsync(token, Cancellation)).ShouldBeNull();
        for (var time = 0; time < 2; time++)
        {
            (await host.NewDriver().RestoreAsync(token, Cancellation)).ShouldBeNull();
            (await host.LeafAsync(IContractHost.First)).ShouldBe(old.Sha256);
            Files().ShouldBe(files, "what failed leaves no key behind");
        }

        (await host.NewDriver().ProveAsync(before, Cancellation)).Failure.ShouldBeNull();
        (await host.NewDriver().ProveAsync(after, Cancellation)).Failure.ShouldNotBeNull("what is live is of other settings");
        (await host.NewDriver().SwitchAsync(token, Cancellation)).ShouldNotBeNull().Kind.ShouldBe(ApplyFailureKind.Transient);
        (await host.LeafAsync(IContractHost.First)).ShouldBe(old.Sha256, "a journal that names what is gone switches nothing");
    }

    [Fact]
    public async Task Contract_what_was_first_applied_can_be_restored_to_nothing()
    {
        var files = Files();
        var token = (await StageAsync(One(NewCertificate()))).Token;
        (await host.NewDriver().SwitchAsync(token, Cancellation)).ShouldBeNull();
        (await host.NewDriver().RestoreAsync(token, Cancellation)).ShouldBeNull();
        (await host.LeafAsync(IContractHost.First)).ShouldBeEmpty();
        AdministratorsFiles(Files()).ShouldBe(AdministratorsFiles(files));
    }

    [Fact]
    public async Task Contract_a_change_by_hand_is_told_and_put_right_by_the_next_apply()
    {
        var part = One(NewCertificate());
        await ApplyAsync(part);
        (await host.NewDriver().ObserveAsync(Cancellation)).ShouldBeEmpty();
        host.EditByHand();
        var drift = await host.NewDriver().ObserveAsync(Cancellation);
        drift.ShouldNotBeEmpty();
        drift.ShouldAllBe(d => d.Sides != null && d.Sides.Kind != null && d.Sides.Name != null, "drift names its item");
        await ApplyAsync(part);
        (await host.NewDriver().ObserveAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Contract_what_was_applied_belongs_to_the_files_that_are_watched()
    {
        var part = One(NewCertificate());
        await ApplyAsync(part);
        var before = await host.NewDriver().WatchedFilesAsync(Cancellation);
        (await host.NewDriver().WatchedFilesAsync(Cancellation)).ShouldBe(before);

        host.EditByHand();

        (await host.NewDriver().WatchedFilesAsync(Cancellation)).ShouldNotBe(before);
    }

    [Fact]
    public async Task Contract_a_plan_tells_the_difference_and_changes_nothing()
    {
        await ApplyAsync(One(NewCertificate()));
        var files = Files();
        var next = NewCertificate();
        host.Parts.Forget(next);
        (await PlanAsync(One(next))).ShouldContain("certificate");
        Files().ShouldBe(files);
    }

    [Fact]
    public async Task Contract_what_no_level_defines_any_more_stays_until_it_is_unmanaged()
    {
        var files = Files();
        var certificate = NewCertificate();
        await ApplyAsync(One(certificate));
        var staged = await StageAsync(Nothing);
        (staged.Changed, staged.Warnings.Count).ShouldBe((false, 1));
        staged.Warnings[0].ShouldStartWith("orphaned ");
        (await host.LeafAsync(IContractHost.First)).ShouldBe(certificate.Sha256);

        var unmanaged = await host.NewDriver().StageUnmanageAsync(null, Cancellation);
        unmanaged.Failure.ShouldBeNull();
        await FinishAsync(unmanaged.Value!, Nothing);
        (await host.LeafAsync(IContractHost.First)).ShouldBeEmpty();
        AdministratorsFiles(Files()).ShouldBe(AdministratorsFiles(files));
    }

    [Fact]
    public async Task Contract_a_key_that_has_not_arrived_holds_the_part_back()
    {
        var certificate = NewCertificate();
        host.Parts.Forget(certificate);
        var files = Files();
        var failure = (await host.NewDriver().StageAsync(One(certificate), host.Parts, Cancellation)).Failure.ShouldNotBeNull();
        (failure.Code, failure.Kind).ShouldBe(("key-missing", ApplyFailureKind.Transient));
        AdministratorsFiles(Files()).ShouldBe(AdministratorsFiles(files));
    }

    [Fact]
    public async Task Contract_when_everything_is_refused_an_untouched_host_stays_untouched()
    {
        var files = Files();
        var (spoilt, _) = host.Spoil(host.With(Nothing, IContractHost.Second, NewCertificate()), IContractHost.Second);
        (await host.NewDriver().StageAsync(spoilt, host.Parts, Cancellation)).Failure.ShouldNotBeNull().Check.ShouldBe("validation");
        AdministratorsFiles(Files()).ShouldBe(AdministratorsFiles(files));
    }

    [Fact]
    public async Task Contract_the_description_names_kinds_and_features_and_the_fingerprint_holds()
    {
        var driver = host.NewDriver();
        var description = await driver.DescribeAsync(Cancellation);
        description.Kinds.ShouldNotBeEmpty();
        description.Kinds.ShouldAllBe(k => Domain.Settings.KindRegistry.Find(k) != null);
        var fingerprint = await driver.LocalFingerprintAsync(Cancellation);
        await ApplyAsync(One(NewCertificate()));
        (await host.NewDriver().LocalFingerprintAsync(Cancellation)).ShouldBe(
            fingerprint, "what the agent writes is not the administrator's");
    }

    /// <summary>Starts a service that has been given nothing yet.</summary>
    private protected abstract Task<IContractHost> StartAsync();

    private static Dictionary<string, string> AdministratorsFiles(Dictionary<string, string> files) =>
        files.Where(f => f.Key != "cluster" && !f.Key.StartsWith("cluster/", StringComparison.Ordinal)).ToDictionary();

    private protected ServicePart One(PartCertificate certificate) => host.With(Nothing, IContractHost.First, certificate);

    private protected PartCertificate NewCertificate() => host.Parts.Certificate("mx.example.test");

    // Content and mode without the time: what is restored is written anew.
    private Dictionary<string, string> Files() =>
        FileTree.Describe(host.ConfigDirectory)
            .ToDictionary(f => f.Key, f => f.Value.EndsWith('Z') ? f.Value[..f.Value.LastIndexOf(' ')] : f.Value);

    private protected async Task<string> PlanAsync(ServicePart part)
    {
        var plan = await host.NewDriver().PlanAsync(part, Cancellation);
        plan.Failure.ShouldBeNull();
        return plan.Value!;
    }

    private protected async Task<StagedService> StageAsync(ServicePart part)
    {
        var staged = await host.NewDriver().StageAsync(part, host.Parts, Cancellation);
        staged.Failure.ShouldBeNull();
        return staged.Value!;
    }

    private protected async Task ApplyAsync(ServicePart part)
    {
        var staged = await StageAsync(part);
        staged.Refused.ShouldBeEmpty();
        await FinishAsync(staged, part);
    }

    private protected async Task<ServiceProof> FinishAsync(StagedService staged, ServicePart part)
    {
        var driver = host.NewDriver();
        if (staged.Changed)
        {
            (await driver.SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
            (await driver.ReloadAsync(staged.Token, Cancellation)).ShouldBeNull();
        }

        var proof = await driver.ProveAsync(part, Cancellation);
        proof.Failure.ShouldBeNull();
        if (staged.Changed) await driver.CompleteAsync(staged.Token, Cancellation);
        return proof.Value!;
    }
}
