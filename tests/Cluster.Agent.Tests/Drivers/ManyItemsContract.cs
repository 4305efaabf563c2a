using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers;

/// <summary>What holds besides <see cref="DriverContract"/> for a driver that can have several items, of which it may refuse one.</summary>
public abstract class ManyItemsContract : DriverContract
{
    [Fact]
    public async Task Contract_one_refused_item_is_named_and_the_others_go_live()
    {
        var (first, second) = (NewCertificate(), NewCertificate());
        var both = Contracted.With(One(first), IContractHost.Second, second);
        var (spoilt, names) = Contracted.Spoil(both, IContractHost.Second);
        var staged = await StageAsync(spoilt);
        staged.Refused.Select(r => $"{r.Kind}/{r.Name}").ShouldBe(names);
        staged.Refused.ShouldAllBe(r => r.Code.Length > 0 && r.Message.Length > 0);
        var proof = await FinishAsync(staged, spoilt);
        proof.Endpoints.ShouldAllBe(e => e.Name != IContractHost.Second);
        (await Contracted.LeafAsync(IContractHost.First)).ShouldBe(first.Sha256);
        (await Contracted.LeafAsync(IContractHost.Second)).ShouldBeEmpty();

        // What is refused is still refused, and told, when nothing else changes.
        var again = await StageAsync(spoilt);
        (again.Changed, again.Refused.Count).ShouldBe((false, names.Length));
        (await PlanAsync(spoilt)).ShouldContain($"! {names[0]} would be refused");

        await ApplyAsync(both);
        (await Contracted.LeafAsync(IContractHost.Second)).ShouldBe(second.Sha256);
    }

    [Fact]
    public async Task Contract_a_refused_item_that_was_live_stays_as_it_was_while_others_move_on()
    {
        var (first, second, next) = (NewCertificate(), NewCertificate(), NewCertificate());
        await ApplyAsync(Contracted.With(One(first), IContractHost.Second, second));
        var (spoilt, names) = Contracted.Spoil(Contracted.With(One(next), IContractHost.Second, NewCertificate()), IContractHost.Second);
        for (var time = 0; time < 2; time++)
        {
            var staged = await StageAsync(spoilt);
            staged.Refused.Select(r => $"{r.Kind}/{r.Name}").ShouldBe(names);
            var proof = await FinishAsync(staged, spoilt);
            proof.Endpoints.ShouldAllBe(e => e.Name != IContractHost.Second);
            (await Contracted.LeafAsync(IContractHost.First)).ShouldBe(next.Sha256);
            (await Contracted.NewDriver().ObserveAsync(Cancellation)).ShouldBeEmpty();
        }

        (await Contracted.LeafAsync(IContractHost.Second)).ShouldNotBeEmpty();
    }
}
