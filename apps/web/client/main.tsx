import { render } from 'preact'
import { App } from './app.tsx'
import { PageStore } from './stores/page-store.ts'

const page = new PageStore()
page.start()
const element = document.getElementById('page')
if (element !== null) render(<App page={page} />, element)
