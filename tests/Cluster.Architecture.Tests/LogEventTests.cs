using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Cluster.Architecture.Tests;

/// <summary>Operators filter and alert by event id and name, so both are stable, and each names one event in the whole product.</summary>
public sealed class LogEventTests
{
    private static readonly List<LogEvent> Events =
    [
        .. from file in Repository.Product
           from attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>()
           where attribute.Name.ToString() == "LoggerMessage"
           let arguments = attribute.ArgumentList!.Arguments
           let name = arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.Text == "EventName")
           select new LogEvent(file.At(attribute), arguments[0].ToString(), name?.Expression.ToString().Trim('"') ?? ""),
    ];

    [Fact]
    public void Every_event_has_an_id_of_its_own()
    {
        Events.Count.ShouldBeGreaterThan(50);
        Events.GroupBy(e => e.Id)
            .Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.At))}")
            .ShouldBeEmpty();
        Events.Where(e => !int.TryParse(e.Id, out _)).Select(e => e.At).ShouldBeEmpty();
    }

    [Fact]
    public void Every_event_has_a_name_of_its_own()
    {
        Events.Where(e => e.Name.Length == 0).Select(e => $"{e.At}: add EventName").ShouldBeEmpty();
        Events.GroupBy(e => e.Name)
            .Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.At))}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Ids_tell_the_program()
    {
        var wrong = Events.Where(e => e.At.Contains("Cluster.Agent", StringComparison.Ordinal) != e.Id.StartsWith('3'));
        wrong.Select(e => $"{e.At}: {e.Id} (the agent has 3000 to 3999, the manager 1000 to 2999)").ShouldBeEmpty();
    }

    private sealed record LogEvent(string At, string Id, string Name);
}
