import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'

export interface ChartProps {
  readonly title: string
  /** The same in words, for those who do not see it, and those who want it exactly. */
  readonly summary: string
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly {
    readonly label: string
    readonly values: readonly (number | null)[]
    readonly isFilled?: boolean
  }[]
  readonly format: (value: number) => string
}

const HEIGHT = 180

export function Chart(props: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { times, lines } = props
  useEffect(() => {
    const place = element.current
    if (place === null) return
    const draw = (): void => {
      plot.current?.destroy()
      plot.current = new uPlot(toOptions(props, place), toData(props), place)
    }
    draw()
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', draw)
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height: HEIGHT }))
    observer.observe(place)
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = null
    }
  }, [])
  useEffect(() => plot.current?.setData(toData(props)), [times, lines])
  return (
    <figure class="chart">
      <figcaption>
        <strong>{props.title}</strong> <span class="note">{props.summary}</span>
      </figcaption>
      <div ref={element} aria-hidden="true" />
    </figure>
  )
}

function toData({ times, lines }: ChartProps): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])]
}

function toOptions({ lines, format }: ChartProps, place: HTMLElement): uPlot.Options {
  const color = (name: string): string => resolveColor(place, name)
  const strokes = [color('--accent'), color('--second')]
  const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } }
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: lines.length > 1, live: false },
    cursor: { y: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map((at) => new Date(at * 1000).toTimeString().slice(0, 5)) },
      { ...axis, size: 64, values: (_, splits) => splits.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ label, isFilled }, index) => ({
        label,
        stroke: strokes[index] ?? '',
        width: 1.5,
        points: { size: 4 },
        ...(isFilled && {
          fill: strokes[index] ?? '',
          paths: uPlot.paths.bars?.({ size: [0.8] }) as uPlot.Series.PathBuilder,
        }),
      })),
    ],
  }
}

/** A canvas knows neither variables nor schemes, so the browser is asked what they come to. */
function resolveColor(place: HTMLElement, name: string): string {
  const probe = place.appendChild(document.createElement('span'))
  probe.style.color = `var(${name})`
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
