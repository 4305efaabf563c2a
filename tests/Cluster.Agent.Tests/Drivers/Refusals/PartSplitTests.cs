using Cluster.Agent.Drivers.Refusals;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Refusals;

/// <summary>What is taken and what is refused, case by case; the "driver" is a list of problems.</summary>
public sealed class PartSplitTests
{
    private static readonly PartCertificate Old = Certificate("old");
    private static readonly PartCertificate New = Certificate("new");

    private static ServicePart Both => Parts.Mx(PolicyTls.Required, New).WithListener("sub", PolicyTls.Required, New);

    [Fact]
    public void Without_problems_everything_is_taken()
    {
        var split = Split(null, Both);
        split.Render<ServicePart>(p => (p, [])).Value.ShouldBe(Both, Comparer);
        split.Refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_refused_item_that_was_never_applied_is_left_out()
    {
        var split = Split(null, Both);
        Rendered(split, Problem("listeners", "sub")).All<Listener>().Keys.ShouldBe(["mx"]);
        Names(split).ShouldBe(["listeners/sub"]);
    }

    [Fact]
    public void What_may_pass_with_what_others_refuse_refuses_nothing_before_that()
    {
        var split = Split(null, Both);
        var part = split.Render<ServicePart>(
            p => (p, p.All<Listener>().ContainsKey("sub")
                ? [Problem("listeners", "sub"), Problem("listeners", "mx") with { MayPassWithOthers = true }]
                : [])).Value!;
        part.All<Listener>().Keys.ShouldBe(["mx"]);
        Names(split).ShouldBe(["listeners/sub"]);
    }

    [Fact]
    public void A_refused_item_that_was_applied_stays_as_it_was()
    {
        var applied = Parts.Empty.WithListener("sub", PolicyTls.Off, null);
        var split = Split(applied, Both);
        var part = Rendered(split, Problem("listeners", "sub"));
        part.All<Listener>()["sub"].Certificate.ShouldBeNull();
        part.All<Listener>()["mx"].Certificate.ShouldBe("mx-cert");
    }

    [Fact]
    public void An_item_that_the_host_s_own_file_gave_up_does_not_stay()
    {
        var applied = Parts.Empty.WithListener("sub", PolicyTls.Off, null);
        var split = new PartSplit(applied, Both, i => i.Name != "sub");
        Rendered(split, Problem("listeners", "sub")).All<Listener>().Keys.ShouldBe(["mx"]);
    }

    [Fact]
    public void What_names_a_refused_item_is_refused_with_the_cause()
    {
        var split = Split(null, Both);
        var part = Rendered(split, Problem("certificates", "sub-cert"));
        Names(split).ShouldBe(["certificates/sub-cert", "listeners/sub"]);
        split.Refused[1].Message.ShouldBe("It names certificates/sub-cert, which is refused: why");
        split.Refused[1].Code.ShouldBe("unsupported");
        part.Certificates.Keys.ShouldBe(["mx-cert"]);
    }

    [Fact]
    public void A_refused_certificate_that_was_applied_goes_on_being_served()
    {
        var split = Split(Parts.Mx(PolicyTls.Required, Old), Parts.Mx(PolicyTls.Required, New));
        var part = Rendered(split, Problem("certificates", "mx-cert"));
        part.Certificates["mx-cert"].Sha256.ShouldBe(Old.Sha256);
        part.All<Listener>().Keys.ShouldBe(["mx"]);
        Names(split).ShouldBe(["certificates/mx-cert", "listeners/mx"]);
    }

    [Fact]
    public void A_refused_item_that_stays_brings_what_it_names()
    {
        var before = Parts.Empty.WithListener("sub", PolicyTls.Required, Old);
        var other = Both.With("sub", Both.All<Listener>()["sub"] with { Certificate = "mx-cert", DefaultPolicy = "mx-policy" });
        var wanted = other with { Certificates = new Dictionary<string, PartCertificate> { ["mx-cert"] = New } };
        var part = Rendered(Split(before, wanted), Problem("listeners", "sub"));
        part.All<Listener>()["sub"].Certificate.ShouldBe("sub-cert");
        part.Certificates["sub-cert"].Sha256.ShouldBe(Old.Sha256);
        part.All<MailFlowPolicy>().Keys.ShouldContain("sub-policy");
    }

    [Fact]
    public void Where_two_do_not_go_together_the_one_that_came_anew_gives_way()
    {
        var applied = Parts.Empty.WithDestination("a.example", DestinationTls.Required);
        var wanted = applied.WithDestination("b.example", DestinationTls.None);
        var split = Split(applied, wanted);
        var together = new PartProblem(
            "unsupported", "why") { Items = [Item("destination-controls", "a.example"), Item("destination-controls", "b.example")] };
        Rendered(split, together).All<DestinationControl>().Keys.ShouldBe(["a.example"]);
        Names(split).ShouldBe(["destination-controls/b.example"]);
    }

    [Fact]
    public void Where_two_that_came_anew_do_not_go_together_both_are_refused()
    {
        var wanted = Parts.Empty.WithDestination("a.example", DestinationTls.Required).WithDestination("b.example", DestinationTls.None);
        var split = Split(null, wanted);
        var together = new PartProblem(
            "unsupported", "why") { Items = [Item("destination-controls", "a.example"), Item("destination-controls", "b.example")] };
        Rendered(split, together).All<DestinationControl>().ShouldBeEmpty();
        Names(split).ShouldBe(["destination-controls/a.example", "destination-controls/b.example"]);
    }

    [Fact]
    public void Two_problems_of_an_item_are_told_together()
    {
        var split = Split(null, Both);
        split.TryRefuse([Problem("listeners", "sub", "first."), Problem("listeners", "sub", "second.")]).ShouldBeTrue();
        split.Refused.ShouldHaveSingleItem().Message.ShouldBe("first. second.");
    }

    [Fact]
    public void A_problem_of_the_service_holds_everything_back()
    {
        var failure = Split(null, Both)
            .Render<ServicePart>(p => (p, [Problem("listeners", "sub"), new PartProblem("invalid-part", "all of it")])).Failure
            .ShouldNotBeNull();
        (failure.Code, failure.Kind).ShouldBe(("unsupported", ApplyFailureKind.Final));
        failure.Message.ShouldBe("why all of it");
    }

    [Fact]
    public void A_problem_that_stays_with_what_was_applied_holds_everything_back()
    {
        var applied = Parts.Empty.WithListener("sub", PolicyTls.Off, null);
        Split(applied, Both)
            .Render<ServicePart>(p => (p, [Problem("listeners", "sub")])).Failure
            .ShouldNotBeNull().Code
            .ShouldBe("unsupported");
    }

    /// <summary>What is applied of a destination that is refused, and whether it stays.</summary>
    [Theory]
    [InlineData(DestinationTls.None, false)]
    [InlineData(DestinationTls.Required, true)]
    public void A_refused_item_goes_where_what_was_applied_of_it_is_less_than_nothing(DestinationTls before, bool stays)
    {
        var applied = Parts.Empty.WithDestination("a.example", before).WithDestination("b.example", DestinationTls.Required);
        var split = Split(applied, applied.WithDestination("a.example", DestinationTls.None));
        var part = split.Render<ServicePart>(p => (p, Less(p))).Value.ShouldNotBeNull();

        part.All<DestinationControl>().Keys.Order().ShouldBe(stays ? ["a.example", "b.example"] : ["b.example"]);
        Names(split).ShouldBe(["destination-controls/a.example"]);

        static PartProblem[] Less(ServicePart part) =>
            part.All<DestinationControl>().GetValueOrDefault("a.example") is { Tls: DestinationTls.None }
                ? [PartProblem.PublishedStronger(Item("destination-controls", "a.example"), "why", hostGivesMore: true)]
                : [];
    }

    [Fact]
    public void A_key_that_has_not_arrived_is_waited_for_and_refuses_nothing()
    {
        var missing = new PartProblem(ApplyCodes.KeyMissing, "no key");
        var split = Split(null, Both);
        split.Render<ServicePart>(p => (p, [missing])).Failure.ShouldNotBeNull().Kind.ShouldBe(ApplyFailureKind.Transient);
        split.Refused.ShouldBeEmpty();

        var both = Split(null, Both);
        IReadOnlyList<PartProblem> problems = [missing, Problem("listeners", "sub")];
        both.Render<ServicePart>(p => (p, p.All<Listener>().ContainsKey("sub") ? problems : [missing])).Failure
            .ShouldNotBeNull().Code
            .ShouldBe(ApplyCodes.KeyMissing);
    }

    private static IEqualityComparer<ServicePart> Comparer =>
        EqualityComparer<ServicePart>.Create((a, b) => a!.All<Listener>().Keys.SequenceEqual(b!.All<Listener>().Keys));

    private static PartSplit Split(ServicePart? applied, ServicePart wanted) => new(applied, wanted, _ => true);

    private static ItemName Item(string kind, string name) => new(kind, name);

    private static PartProblem Problem(string kind, string name, string message = "why") =>
        PartProblem.Unsupported(Item(kind, name), message);

    private static string[] Names(PartSplit split) => [.. split.Refused.Select(r => $"{r.Kind}/{r.Name}")];

    // The problem is there until one of its items is refused.
    private static ServicePart Rendered(PartSplit split, PartProblem problem)
    {
        var rendered = split.Render<ServicePart>(p => (p, problem.Items.Any(split.IsRefused) ? [] : new List<PartProblem> { problem }));
        rendered.Failure.ShouldBeNull();
        return rendered.Value!;
    }

    private static PartCertificate Certificate(string name) => new() { Chain = [name], PublicKeySha256 = name, Sha256 = name };
}
